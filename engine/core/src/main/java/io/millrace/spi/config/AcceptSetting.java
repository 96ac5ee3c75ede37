package io.millrace.spi.config;

import java.util.List;

/**
 * The rules by which a port is to choose its frames, as its config has them.
 *
 * @param key   the key that they stand at, for messages
 * @param rules as they are written; empty if the port takes every frame
 */
public record AcceptSetting(Key<?> key, List<String> rules) {}
