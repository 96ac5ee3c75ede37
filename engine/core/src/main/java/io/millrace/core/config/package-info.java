/**
 * The config file: keys and their defaults in {@code ConfigKeys}, reading and validation, and the immutable settings
 * that come out. Cold code: nothing here runs while frames flow.
 */
package io.millrace.core.config;
