package io.millrace.spi.config;

import io.millrace.SourceLine;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What a block of the config says: a value for each of its keys and for those of the blocks that are always in it,
 * defaults included. Immutable. Two are equal if they have the same values, wherever those were written.
 *
 * <p>{@link #get} looks a value up in a map: for set-up, not for what happens per frame. What runs per frame copies the
 * values that it needs into final fields.
 */
public final class Settings {
    private final KeyBlock block;
    private final String path;
    private final SourceLine line;
    private final Map<String, SourceLine> lines;
    private final Map<Key<?>, Object> values;

    /**
     * @param path   the way to the block inside {@code millrace}, "" for that block itself
     * @param line   where the block begins
     * @param lines  where the keys and blocks in it that are written stand, by their paths in the block
     * @param values by key; a key of the block that has none gets its default
     */
    public Settings(
            KeyBlock block, String path, SourceLine line, Map<String, SourceLine> lines, Map<Key<?>, Object> values) {
        this.block = block;
        this.path = path;
        this.line = line;
        this.lines = Map.copyOf(lines);
        this.values = new IdentityHashMap<>(values);
    }

    /** All defaults, for settings that are made in code. A key without a default has no value until it is given one. */
    public static Settings defaults(KeyBlock block, String path) {
        return new Settings(block, path, SourceLine.NOWHERE, Map.of(), Map.of());
    }

    /**
     * The value of a key.
     *
     * @throws NoSuchElementException if the key has neither a value nor a default
     */
    @SuppressWarnings("unchecked") // with() and the reader put values of the key's type there
    public <T> T get(Key<T> key) {
        Object value = values.get(key);
        return value == null ? byDefault(key) : (T) value;
    }

    @SuppressWarnings("unchecked") // an optional block is none, and a list of blocks empty
    private <T> T byDefault(Key<T> key) {
        return switch (key) {
            case ValueKey<T> value
            when value.isRequired() -> throw new NoSuchElementException(path(key) + " has no value");
            case ValueKey<T> value -> value.defaultValue();
            case DerivedKey<T> derived -> derived.initial();
            case BlockKey optional -> (T) Optional.empty();
            case BlockListKey list -> (T) List.of();
        };
    }

    /** The same with another value for a key. */
    public <T> Settings with(Key<T> key, T value) {
        Settings settings = new Settings(block, path, line, lines, values);
        settings.values.put(key, value);
        return settings;
    }

    /** The keys that these are the values of. */
    public KeyBlock block() {
        return block;
    }

    /** The way to the block inside {@code millrace}. */
    public String path() {
        return path;
    }

    /** The way to a key of the block inside {@code millrace}. */
    public String path(Key<?> key) {
        return path.isEmpty() ? key.path() : path + "." + key.path();
    }

    /** Where the block begins; {@link SourceLine#NOWHERE} if it was made in code. */
    public SourceLine line() {
        return line;
    }

    /** Whether a key is written in the config. */
    public boolean isWritten(Key<?> key) {
        return lines.containsKey(key.path());
    }

    /** Where a key is written; the line of the block that it belongs to if it is not. */
    public SourceLine lineOf(Key<?> key) {
        return lineOf(key.path());
    }

    /**
     * The same by the key's path.
     *
     * @param keyPath may be null, for the block itself
     */
    public SourceLine lineOf(String keyPath) {
        for (String at = keyPath; at != null; at = parent(at)) {
            if (lines.containsKey(at)) {
                return lines.get(at);
            }
        }
        return line;
    }

    private static String parent(String keyPath) {
        int dot = keyPath.lastIndexOf('.');
        return dot < 0 ? null : keyPath.substring(0, dot);
    }

    private Map<Key<?>, Object> all() {
        Map<Key<?>, Object> all = new HashMap<>(values);
        block.keys()
                .filter(key -> !(key instanceof ValueKey<?> value && value.isRequired()))
                .forEach(key -> all.putIfAbsent(key, get(key)));
        return all;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Settings that && all().equals(that.all());
    }

    @Override
    public int hashCode() {
        return all().hashCode();
    }

    @Override
    public String toString() {
        return path + " " + all();
    }
}
