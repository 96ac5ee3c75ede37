/**
 * How a port type declares its part of the config: {@link io.millrace.spi.config.Key keys} in a {@link
 * io.millrace.spi.config.KeyBlock block}, the {@link io.millrace.spi.config.KeyType values} that they take, and the
 * {@link io.millrace.spi.config.Settings} that become of them.
 */
package io.millrace.spi.config;
