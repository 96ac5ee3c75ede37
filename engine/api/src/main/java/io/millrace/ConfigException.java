package io.millrace;

import java.util.List;

/**
 * A config that can't be used. The message has one line per problem, {@code FILE:LINE: what is wrong; what to do},
 * in the order of the file; it is meant for operators, who need no stack trace.
 */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One problem at one place. */
    public ConfigException(SourceLine line, String problem) {
        this(line, problem, null);
    }

    /** One problem at one place, with its cause. */
    public ConfigException(SourceLine line, String problem, Throwable cause) {
        super(line + ": " + problem, cause);
    }

    /** Several problems, one line each. */
    public ConfigException(List<String> lines) {
        super(String.join("\n", lines));
    }

    /** The problems, one line each. */
    public List<String> lines() {
        return getMessage().lines().toList();
    }
}
