/**
 * The way of a frame through the engine, and nothing else. This is hot code: once the engine runs, nothing in it
 * allocates, logs or throws. Start reading at {@link io.millrace.core.path.Poller#doWork}.
 */
package io.millrace.core.path;
