package io.millrace.lab.bench.results;

import java.util.List;
import java.util.Map;

/**
 * Everything that one run of the benchmarks measured.
 *
 * @param started when, in ISO 8601
 * @param command what was typed
 * @param host    the machine, its kernel, and versions of what took part, in the order to be shown
 * @param goals   the goals, and whether they were reached
 */
public record Results(
        String started, String command, Map<String, String> host, List<Section> sections, List<GoalResult> goals) {}
