/**
 * Reads and validates the config file and gives the immutable settings that an engine is built from. The keys
 * themselves are declared in {@link io.millrace.spi.config} and by the port types. Cold code: nothing here runs while
 * frames flow.
 */
package io.millrace.core.config;
