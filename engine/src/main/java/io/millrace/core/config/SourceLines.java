package io.millrace.core.config;

import io.millrace.spi.config.SourceLine;
import java.util.Map;

/**
 * Where a block of the config and the keys in it were written, for messages that come up when the block is used.
 *
 * <p>Any two are equal, as {@link SourceLine}s are.
 *
 * @param block where the block begins
 * @param keys  the keys that are set, by their names in the block
 */
public record SourceLines(SourceLine block, Map<String, SourceLine> keys) {
    /** For settings that were made in code. */
    public static final SourceLines NOWHERE = new SourceLines(SourceLine.NOWHERE, Map.of());

    public SourceLines {
        keys = Map.copyOf(keys);
    }

    /** Where a key was set; the block's own line if it was not. */
    public SourceLine of(String key) {
        return keys.getOrDefault(key, block);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SourceLines;
    }

    @Override
    public int hashCode() {
        return 1;
    }
}
