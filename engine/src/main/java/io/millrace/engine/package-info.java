/**
 * What an embedder imports: {@code Engine} opens a pipeline of {@link io.millrace.engine.Stage}s
 * over ports, a {@link io.millrace.engine.Frame} is what a stage sees.
 */
package io.millrace.engine;
