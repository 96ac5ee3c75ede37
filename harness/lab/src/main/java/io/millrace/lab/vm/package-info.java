/**
 * {@code vm-test}: gets a kernel, puts it into a virtual machine with this program and a JVM, and reads from the
 * machine's serial line what the engine did there in zero-copy mode.
 */
package io.millrace.lab.vm;
