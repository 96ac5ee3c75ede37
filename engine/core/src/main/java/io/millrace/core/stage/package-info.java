/** The built-in stages, each an ordinary {@link io.millrace.Stage}. */
package io.millrace.core.stage;
