package io.millrace.spi.config;

import com.typesafe.config.ConfigValue;

/**
 * A value that a key can't take. The message follows on the key's name: {@code is 0, less than 1; use …}. The reader
 * of the config catches it and reports it with its line.
 */
public final class BadValue extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ConfigValue place;

    /** Says that the whole value is wrong. */
    public BadValue(String problem) {
        this(problem, null);
    }

    /** @param place the part of the value that is wrong, or null if it is the whole value */
    public BadValue(String problem, ConfigValue place) {
        super(problem, null, false, false);
        this.place = place;
    }

    /** The part of the value that is wrong, or null if it is the whole value. */
    public ConfigValue place() {
        return place;
    }
}
