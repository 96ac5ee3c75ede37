package io.millrace.spi.counters;

import io.millrace.statistics.PortCounter;

/**
 * The faults of a port that people have to know of. Each has a {@link PortCounter}, and the engine logs when it grows:
 * at once, and then every few seconds while it goes on. What a config asks for is not a fault, a stage that drops
 * frames for instance.
 *
 * <p>A port only counts: by {@link PortCounters#add}, or by {@link PortCounters#fault} where it knows an errno or a
 * peer. Another thread writes the log, since writing may take long and the poller must never wait. A new kind of fault
 * needs a {@link PortCounter} and a line here, with its key in the JSON statistics.
 */
public enum PortFault {
    DROPPED_TX_FULL(
            PortCounter.DROPPED_TX_FULL,
            "dropped.tx_full",
            "frames were dropped: their way out had no room",
            "let the receiver keep up, or give the port that they leave by more room"),
    DROPPED_INVALID(
            PortCounter.DROPPED_INVALID,
            "dropped.invalid",
            "frames were dropped: their way out can't send them",
            "they are too long or too short for it, or it has no address to send them to"),
    DROPPED_GONE(
            PortCounter.DROPPED_GONE,
            "dropped.gone",
            "frames were dropped: their way out is not there",
            "the connection was over or had not come about, or the interface is gone"),
    TX_FAILED(
            PortCounter.TX_FAILED,
            "socket.tx_failed",
            "frames that a socket was to send were not sent",
            "see to what the error says: a route, a firewall, the peer"),
    TX_LOST(
            PortCounter.TX_LOST,
            "tx_lost",
            "frames were not sent when the sockets were closed",
            "the interface did not take them in time"),
    TX_ABOVE_MTU(
            PortCounter.TX_ABOVE_MTU,
            "tx_above_mtu",
            "frames were sent that are longer than the MTU of the interface, so that they may be lost on the way",
            "raise the MTU (`ip link set DEV mtu N`) at both ends, or lower it where the frames come from; of senders"
                    + " on this host see `ethtool -K DEV tso off gso off`"),
    RX_TRUNCATED(
            PortCounter.RX_TRUNCATED,
            "socket.rx_truncated",
            "datagrams were dropped: they are longer than a frame",
            "raise the port's frame-size"),
    MESSAGES_REFUSED(
            PortCounter.MESSAGES_REFUSED,
            "connections.messages_refused",
            "messages were longer than allowed, and ended their connections",
            "raise the framer's max, or the frame-size"),
    MESSAGES_CUT(
            PortCounter.MESSAGES_CUT,
            "connections.messages_cut",
            "connections ended within a message, which no stage has seen",
            "see why their peers end there; frame-by-delimiter hands such messages on with unterminated = deliver"),
    FILES_CUT(
            PortCounter.FILES_CUT,
            "connections.files_cut",
            "regions of files were not sent, or not to their end",
            "their connections ended before that, or the files are shorter than their regions"),
    REFUSED(
            PortCounter.REFUSED,
            "connections.refused",
            "clients were turned away: there were as many connections as allowed",
            "raise the port's connections"),
    ACCEPT_FAILED(
            PortCounter.ACCEPT_FAILED,
            "connections.accept_failed",
            "clients could not be accepted",
            "those that wait are accepted as soon as it is possible"),
    WAIT_TIMED_OUT(
            PortCounter.WAIT_TIMED_OUT,
            "connections.wait_timed_out",
            "connections were closed: where their frames go took nothing for wait-timeout, or was not connected",
            "see to the peer that the frames go to, or allow it more time by the port's wait-timeout"),
    FAILED(
            PortCounter.FAILED,
            "connections.failed",
            "connections ended by an error, or never came about",
            "their clients have to connect again");

    private final PortCounter counter;
    private final String key;
    private final String what;
    private final String advice;

    PortFault(PortCounter counter, String key, String what, String advice) {
        this.counter = counter;
        this.key = key;
        this.what = what;
        this.advice = advice;
    }

    /** The fault's counter. */
    public PortCounter counter() {
        return counter;
    }

    /** The fault's key in the JSON statistics of its port. */
    public String key() {
        return key;
    }

    /** Says what has happened. */
    public String what() {
        return what;
    }

    /** Says what happens next, or what to do about it, for ports that know nothing more specific. */
    public String advice() {
        return advice;
    }
}
