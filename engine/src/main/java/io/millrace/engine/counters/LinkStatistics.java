package io.millrace.engine.counters;

/**
 * What is known of a port's interface.
 *
 * @param losses times that it went down or was gone while it had been up; one for each outage, however far it goes
 * @param mtu    in bytes, without the Ethernet header; 0 if it could not be asked
 */
public record LinkStatistics(LinkState state, long losses, int mtu) {
}
