package io.millrace;

/**
 * One thing that a host has or lacks.
 *
 * @param isThere whether the host has it, for this user
 * @param what    its name
 * @param meaning what it is for, or what is used instead
 */
public record HostFeature(boolean isThere, String what, String meaning) {}
