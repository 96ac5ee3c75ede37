/**
 * Networks of our own to test on: anonymous network namespaces, veth pairs between them, and what the kernel counts
 * there. Cold code for any thread, all of it needs root.
 */
package io.millrace.lab.net;
