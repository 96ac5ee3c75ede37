package io.millrace.spi.config;

import java.util.Optional;

/** A block that may be missing. */
public final class BlockKey extends Key<Optional<Settings>> {
    private final KeyBlock block;

    BlockKey(KeyBlock block, String path) {
        super(block.name(), path);
        this.block = block;
    }

    /** The keys that may be in the block. */
    public KeyBlock block() {
        return block;
    }
}
