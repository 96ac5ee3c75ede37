/** Snapshots of what an engine counts: values that any thread may keep, which never change. */
package io.millrace.statistics;
