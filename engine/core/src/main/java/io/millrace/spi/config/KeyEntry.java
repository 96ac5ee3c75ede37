package io.millrace.spi.config;

/** An entry of a block of the config: a key, or another block. */
public sealed interface KeyEntry permits Key, KeyBlock {
    /** The entry's name in its block. */
    String name();
}
