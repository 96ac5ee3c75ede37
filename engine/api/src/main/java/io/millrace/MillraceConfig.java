package io.millrace;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The config that an engine is built from: every value is resolved and validated; immutable. Two configs are equal if
 * they say the same, whatever file they come from. Any thread may use this.
 */
public interface MillraceConfig {
    /**
     * Reads a file without overrides.
     *
     * @throws ConfigException if the file can't be read or used
     */
    static MillraceConfig load(Path file) {
        return load(file, Map.of());
    }

    /**
     * Reads a file.
     *
     * @param overrides values that replace the file's, by path inside {@code millrace}, as in {@code engine.mode ->
     *                  inline}; the values are HOCON
     * @throws ConfigException if the file can't be read or used
     */
    static MillraceConfig load(Path file, Map<String, String> overrides) {
        return EngineProvider.found().load(file, overrides);
    }

    /**
     * Reads a text; its lines are called {@code config:LINE}.
     *
     * @throws ConfigException if it can't be used
     */
    static MillraceConfig parse(String hocon) {
        return EngineProvider.found().parse(hocon);
    }

    /**
     * Checks that the stages' classes can be loaded.
     *
     * @throws ConfigException if a class can't be loaded
     */
    void requireLoadable();

    /** The names of the ports, in the order of the config. */
    List<String> portNames();

    /**
     * Warnings about settings that are valid but perhaps not meant: {@code FILE:LINE: what it is; what to write}, one
     * line each. An engine logs them when it starts.
     */
    List<String> warnings();

    /** Writes the config with every default filled in, as HOCON that reads as an equal config. */
    String render();
}
