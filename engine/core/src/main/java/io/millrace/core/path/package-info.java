/**
 * The way of a frame through the engine, and nothing else: hot code, in which nothing is allocated, logged or thrown
 * once the engine runs. Start reading at {@link io.millrace.core.path.Poller#doWork}.
 */
package io.millrace.core.path;
