/**
 * What an embedder imports. {@code Engine} opens a pipeline of {@link io.millrace.Stage}s over ports; a {@link
 * io.millrace.Frame} is what a stage sees.
 */
package io.millrace;
