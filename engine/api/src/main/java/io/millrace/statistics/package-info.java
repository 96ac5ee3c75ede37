/** Snapshots of what an engine counts. They are immutable values that any thread may keep. */
package io.millrace.statistics;
