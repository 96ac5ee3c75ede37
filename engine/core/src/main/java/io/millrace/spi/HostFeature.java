package io.millrace.spi;

/**
 * A feature that a host has or lacks.
 *
 * @param isThere whether this user can use it on this host
 * @param what    its name
 * @param meaning what it is for, or what is used instead
 */
public record HostFeature(boolean isThere, String what, String meaning) {}
