package io.millrace.spi.config;

/**
 * A key of the config. It is a constant of the class that declares its block, and the only place that has the key's
 * name, type, default and meaning. Reading, {@code check}, comparing configs and the reference are loops over keys;
 * {@link Settings#get} gives the value. Two keys are equal if they are the same constant.
 *
 * @param <T> the type of the value
 */
public abstract sealed class Key<T> implements KeyEntry permits ValueKey, BlockKey, BlockListKey, DerivedKey {
    private final String name;
    private final String path;

    Key(String name, String path) {
        this.name = name;
        this.path = path;
    }

    /**
     * Makes a key that is never written: its value follows from other settings and is kept beside them.
     *
     * @param initial its value until {@link Settings#with} gives it another
     */
    public static <T> Key<T> derived(String name, T initial) {
        return new DerivedKey<>(name, initial);
    }

    /** The key's name in its block. */
    @Override
    public final String name() {
        return name;
    }

    /** The key's path from the block of the port or of the engine, as in {@code rings.rx}. */
    public final String path() {
        return path;
    }

    @Override
    public String toString() {
        return path;
    }
}
