package io.millrace.spi.config;

/** What may stand in a block of the config: a key, or another block. */
public sealed interface KeyEntry permits Key, KeyBlock {
    /** Its name in the block. */
    String name();
}
