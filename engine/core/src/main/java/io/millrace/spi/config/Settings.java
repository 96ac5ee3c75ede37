package io.millrace.spi.config;

import io.millrace.SourceLine;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The settings of one block of the config: a value for each of its keys, and for those of the blocks in it that always
 * exist, defaults included. Immutable. Two are equal if they have the same values, wherever those were written.
 *
 * <p>{@link #get} looks a value up in a map, which is meant for set-up. Code that runs per frame copies the values that
 * it needs into final fields.
 */
public final class Settings {
    private final KeyBlock block;
    private final String path;
    private final SourceLine line;
    private final Map<String, SourceLine> lines;
    private final Map<Key<?>, Object> values;

    /**
     * @param path   the block's path inside {@code millrace}; "" for the {@code millrace} block itself
     * @param line   the line where the block begins
     * @param lines  the lines of the keys and blocks that are written, by their paths in the block
     * @param values the values by key; a key of the block without a value gets its default
     */
    public Settings(
            KeyBlock block, String path, SourceLine line, Map<String, SourceLine> lines, Map<Key<?>, Object> values) {
        this.block = block;
        this.path = path;
        this.line = line;
        this.lines = Map.copyOf(lines);
        this.values = new IdentityHashMap<>(values);
    }

    /**
     * Makes settings with all defaults, for use in code. A key without a default has no value until it is given one.
     */
    public static Settings defaults(KeyBlock block, String path) {
        return new Settings(block, path, SourceLine.NOWHERE, Map.of(), Map.of());
    }

    /**
     * The value of a key.
     *
     * @throws NoSuchElementException if the key has neither a value nor a default
     */
    @SuppressWarnings("unchecked") // with() and the reader only store values of the key's type
    public <T> T get(Key<T> key) {
        Object value = values.get(key);
        return value == null ? byDefault(key) : (T) value;
    }

    @SuppressWarnings("unchecked") // an optional block is empty, and so is a list of blocks
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

    /** Returns the same settings with another value for a key. */
    public <T> Settings with(Key<T> key, T value) {
        Settings settings = new Settings(block, path, line, lines, values);
        settings.values.put(key, value);
        return settings;
    }

    /** The block whose values these are. */
    public KeyBlock block() {
        return block;
    }

    /** The block's path inside {@code millrace}. */
    public String path() {
        return path;
    }

    /** The path of one of the block's keys inside {@code millrace}. */
    public String path(Key<?> key) {
        return path.isEmpty() ? key.path() : path + "." + key.path();
    }

    /** The line where the block begins; {@link SourceLine#NOWHERE} if it was made in code. */
    public SourceLine line() {
        return line;
    }

    /** Returns whether a key is written in the config. */
    public boolean isWritten(Key<?> key) {
        return lines.containsKey(key.path());
    }

    /** The line where a key is written; the line of its block if it is not written. */
    public SourceLine lineOf(Key<?> key) {
        return lineOf(key.path());
    }

    /**
     * The line of a key by its path.
     *
     * @param keyPath the key's path, or null for the block itself
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
