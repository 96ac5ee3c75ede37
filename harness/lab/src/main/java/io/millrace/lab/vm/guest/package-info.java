/**
 * What runs inside the virtual machine of {@code vm-test}: the engine on one of its two interfaces, traffic from the
 * other, and lines that tell the host what came of it.
 */
package io.millrace.lab.vm.guest;
