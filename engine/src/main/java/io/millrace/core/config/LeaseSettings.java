package io.millrace.core.config;

/**
 * The {@code leases} block.
 *
 * @param max   how many frames stages may keep at the same time
 * @param track whether each lease remembers where it was taken, to report leaks; costs a stack trace a lease
 */
public record LeaseSettings(int max, boolean track) {}
