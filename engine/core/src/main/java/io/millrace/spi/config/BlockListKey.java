package io.millrace.spi.config;

import java.util.List;

/** A list of blocks with the same keys. */
public final class BlockListKey extends Key<List<Settings>> {
    private final KeyBlock block;
    private final String itemName;
    private final String example;

    BlockListKey(KeyBlock block, String path, String itemName, String example) {
        super(block.name(), path);
        this.block = block;
        this.itemName = itemName;
        this.example = example;
    }

    /** The keys that may be in each block. */
    public KeyBlock block() {
        return block;
    }

    /** What one block of the list is called, in messages. */
    public String itemName() {
        return itemName;
    }

    /** An example of one block, as HOCON. */
    public String example() {
        return example;
    }
}
