/**
 * Traffic to test with: datagrams that carry a sequence number, sent by the kernel (millions a second) or by an
 * ordinary socket, paced or flat out, and counted exactly.
 */
package io.millrace.lab.traffic;
