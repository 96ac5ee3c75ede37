/** Programs that are run in processes of their own, from their start to their end: those of the host, and the peers. */
package io.millrace.lab.process;
