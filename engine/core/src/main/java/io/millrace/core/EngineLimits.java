package io.millrace.core;

import io.millrace.ConfigException;
import io.millrace.SourceLine;
import io.millrace.Verdict;
import io.millrace.core.config.EngineConfig;
import io.millrace.spi.config.Pollers;
import io.millrace.spi.counters.EngineCounters;

/**
 * Checks limits that the config alone can't be checked against: they depend on the host's queues and on the program's
 * stages.
 */
final class EngineLimits {
    private EngineLimits() {}

    /**
     * @param stages the stages of the config and of the program
     * @throws ConfigException if there are too many of something
     */
    static void require(EngineConfig config, int pollers, int stages) {
        SourceLine line = config.ports().isEmpty()
                ? SourceLine.NOWHERE
                : config.ports().getFirst().line();
        if (pollers > Pollers.MOST) {
            throw new ConfigException(
                    line,
                    "there are " + pollers + " queues, more than the " + Pollers.MOST
                            + " pollers that an engine can have; list fewer queues, or spread them over"
                            + " several engines");
        }
        if (stages > Verdict.MAX_STAGES) {
            throw new ConfigException(
                    line,
                    "there are " + stages + " stages with those of the program, more than " + Verdict.MAX_STAGES
                            + "; make one stage of several");
        }
        long ports = config.ports().size();
        if (!EngineCounters.hasRoom(ports * pollers, (long) stages * pollers, pollers)) {
            throw new ConfigException(
                    line,
                    "there is no room for the counters of " + ports + " ports and " + stages + " stages in each of "
                            + pollers + " pollers; have fewer of them, or several engines");
        }
    }
}
