package io.millrace.spi.config;

/** A key that stands in no config: its value follows from those of others. */
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
