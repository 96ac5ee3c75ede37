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

    /** What may stand in each of them. */
    public KeyBlock block() {
        return block;
    }

    /** What one of them is called. */
    public String itemName() {
        return itemName;
    }

    /** One of them as HOCON. */
    public String example() {
        return example;
    }
}
