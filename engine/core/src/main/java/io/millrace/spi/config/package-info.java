/**
 * How a port type declares its part of the config: {@link io.millrace.spi.config.Key keys} in a {@link
 * io.millrace.spi.config.KeyBlock block}, the {@link io.millrace.spi.config.KeyType types} of their values, and the
 * {@link io.millrace.spi.config.Settings} that are read from a config.
 */
package io.millrace.spi.config;
