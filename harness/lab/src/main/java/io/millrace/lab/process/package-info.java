/** Programs of the host's, from their start to their end. */
package io.millrace.lab.process;
