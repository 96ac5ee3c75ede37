package io.millrace.spi.config;

/**
 * A key of the config. It is a constant of the class that declares its block, and the only place that says what the key
 * is called, what it takes, its default and what it means: reading, {@code check}, comparing configs and the reference
 * are loops over keys, and {@link Settings#get} gives the value. Two keys are equal if they are the same constant.
 *
 * @param <T> what a value becomes
 */
public abstract sealed class Key<T> implements KeyEntry permits ValueKey, BlockKey, BlockListKey, DerivedKey {
    private final String name;
    private final String path;

    Key(String name, String path) {
        this.name = name;
        this.path = path;
    }

    /**
     * A key that nobody writes: what follows from other settings, and is kept beside them.
     *
     * @param initial its value until {@link Settings#with} gives it another
     */
    public static <T> Key<T> derived(String name, T initial) {
        return new DerivedKey<>(name, initial);
    }

    /** Its name in the block that it stands in. */
    @Override
    public final String name() {
        return name;
    }

    /** The way to it from the block of the port or of the engine, as in {@code rings.rx}. */
    public final String path() {
        return path;
    }

    @Override
    public String toString() {
        return path;
    }
}
