package io.millrace.spi;

import io.millrace.ConfigException;
import io.millrace.SourceLine;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.Settings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with a config, so that an operator sees all of it at once. Used by one thread only. */
public final class Problems {
    private record Problem(SourceLine line, String text) {}

    private final List<Problem> problems = new ArrayList<>();

    /** None yet. */
    public Problems() {}

    /**
     * Adds a problem at a line.
     *
     * @param text what is wrong, and what to do: {@code ports.a has neither bind nor connect; add …}
     */
    public void add(SourceLine line, String text) {
        problems.add(new Problem(line, text));
    }

    /**
     * Adds a problem with the value of a key.
     *
     * @param text follows the key in the message: {@code is 3, more than frames, 2; use 2 or less}
     */
    public void add(Settings settings, Key<?> key, String text) {
        add(settings.lineOf(key), settings.path(key) + " " + text);
    }

    /** Adds a problem with the value of a key of a port. */
    public void add(PortSettings port, Key<?> key, String text) {
        add(port.settings(), key, text);
    }

    /** The number of problems. */
    public int count() {
        return problems.size();
    }

    /** @throws ConfigException if there are problems; it has them in the order of the file's lines */
    public void throwIfAny() {
        if (!problems.isEmpty()) {
            throw new ConfigException(problems.stream()
                    .sorted(Comparator.comparingInt(problem -> problem.line().line()))
                    .map(problem -> problem.line() + ": " + problem.text())
                    .distinct()
                    .toList());
        }
    }
}
