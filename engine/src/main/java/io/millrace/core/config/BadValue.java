package io.millrace.core.config;

import com.typesafe.config.ConfigValue;

/**
 * A value that a key can't take. The message follows on the key's name: {@code is 0, less than 1; use …}. Never leaves
 * the package.
 */
final class BadValue extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ConfigValue place;

    BadValue(String problem) {
        this(problem, null);
    }

    BadValue(String problem, ConfigValue place) {
        super(problem, null, false, false);
        this.place = place;
    }

    /** The part of the value that is wrong, or null if it is the value itself. */
    ConfigValue place() {
        return place;
    }
}
