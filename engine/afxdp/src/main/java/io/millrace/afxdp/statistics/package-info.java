/**
 * What only ports of type {@code af-xdp} tell in a snapshot of their statistics, for programs that read it: {@link
 * io.millrace.afxdp.statistics.AfXdpStatistics#of}.
 */
package io.millrace.afxdp.statistics;
