/** What the engine counts, and the snapshots that an embedder or the command line reads. */
package io.millrace.spi.counters;
