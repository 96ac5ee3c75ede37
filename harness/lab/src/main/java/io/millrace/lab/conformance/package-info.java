/**
 * What the kernel's own AF_XDP tests (xskxceiver, {@code tools/testing/selftests/bpf}) ask of a user of its sockets,
 * asked of an engine: each case by the kernel's name, over any two interfaces that are joined back to back, in every
 * mode that they have. docs/parity.md tells which case is proven where. Cold; needs root.
 */
package io.millrace.lab.conformance;
