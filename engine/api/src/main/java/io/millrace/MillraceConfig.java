package io.millrace;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What an engine is built from: every value resolved, validated and immutable. Two are equal if they say the same,
 * whatever file they come from. Any thread.
 */
public interface MillraceConfig {
    /**
     * Reads a file as it is.
     *
     * @throws ConfigException if the file can't be read or used
     */
    static MillraceConfig load(Path file) {
        return load(file, Map.of());
    }

    /**
     * Reads a file.
     *
     * @param overrides values that win over the file's, by path inside {@code millrace}, as in
     *                  {@code engine.mode -> inline}; the values are HOCON
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
     * @throws ConfigException if one can't
     */
    void requireLoadable();

    /**
     * What can be used, and was perhaps not meant: {@code FILE:LINE: what it is; what to write}, one line each. An
     * engine logs them when it starts.
     */
    List<String> warnings();

    /** The config with every default filled in, as HOCON that reads as an equal config. */
    String render();
}
