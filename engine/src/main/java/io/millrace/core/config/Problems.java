package io.millrace.core.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong with a config, gathered so that an operator sees all of it at once. */
final class Problems {
    private record Problem(SourceLine line, String text) {}

    private final List<Problem> problems = new ArrayList<>();

    void add(SourceLine line, String text) {
        problems.add(new Problem(line, text));
    }

    int count() {
        return problems.size();
    }

    /** @throws ConfigException if there are problems, in the order of the file's lines */
    void throwIfAny() {
        if (!problems.isEmpty()) {
            throw new ConfigException(problems.stream()
                    .sorted(Comparator.comparingInt(problem -> problem.line().line()))
                    .map(problem -> problem.line() + ": " + problem.text())
                    .distinct()
                    .toList());
        }
    }
}
