/** The built-in stages, each an ordinary {@link io.millrace.engine.Stage}. */
package io.millrace.engine.stage;
