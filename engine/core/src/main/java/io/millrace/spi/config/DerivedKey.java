package io.millrace.spi.config;

/** A key that is not in a config: its value follows from other keys. */
final class DerivedKey<T> extends Key<T> {
    private final T initial;

    DerivedKey(String name, T initial) {
        super(name, name);
        this.initial = initial;
    }

    T initial() {
        return initial;
    }
}
