/** The engine's counters, and the snapshots of them that an embedder or the command line reads. */
package io.millrace.spi.counters;
