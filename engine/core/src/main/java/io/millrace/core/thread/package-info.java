/**
 * What all threads of an engine have in common: how they are made, how their end is awaited, and a log that none of
 * them waits for. It lies below the SPI, whose loggers and helpers use it.
 */
package io.millrace.core.thread;
