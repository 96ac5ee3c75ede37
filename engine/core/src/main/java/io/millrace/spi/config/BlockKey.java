package io.millrace.spi.config;

import java.util.Optional;

/** A block that need not be there. */
public final class BlockKey extends Key<Optional<Settings>> {
    private final KeyBlock block;

    BlockKey(KeyBlock block, String path) {
        super(block.name(), path);
        this.block = block;
    }

    /** What may stand in the block. */
    public KeyBlock block() {
        return block;
    }
}
