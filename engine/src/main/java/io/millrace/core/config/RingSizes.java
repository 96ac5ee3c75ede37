package io.millrace.core.config;

/** The sizes of the four kernel rings of each queue, in descriptors; each is a power of two. */
public record RingSizes(int rx, int tx, int fill, int completion) {}
