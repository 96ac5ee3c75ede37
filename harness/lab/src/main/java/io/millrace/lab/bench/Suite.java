package io.millrace.lab.bench;

import java.util.Arrays;
import java.util.List;

/** What contenders are asked to do. */
public enum Suite {
    /** Receive frames and drop them. */
    AFXDP_RX("afxdp-rx", Family.AF_XDP, "receive and drop", false),
    /** Swap a frame's addresses and send it back. */
    AFXDP_REFLECT("afxdp-reflect", Family.AF_XDP, "swap addresses and send back", true),
    /** Receive frames and drop them, at a pace at which nothing may be lost. */
    AFXDP_PACED("afxdp-paced", Family.AF_XDP, "receive and drop, at a pace", false),
    /** Receive datagrams and drop them. */
    UDP_SINK("udp-sink", Family.UDP, "receive datagrams and drop them", false),
    /** Send datagrams back. */
    UDP_ECHO("udp-echo", Family.UDP, "send datagrams back", true),
    /** Short messages, one connection. */
    TCP_ECHO_64X1("tcp-echo-64x1", 64, 1),
    /** Long messages, one connection. */
    TCP_ECHO_16KX1("tcp-echo-16kx1", 16 << 10, 1),
    /** Short messages, many connections. */
    TCP_ECHO_64X100("tcp-echo-64x100", 64, 100),
    /** Long messages, many connections. */
    TCP_ECHO_16KX100("tcp-echo-16kx100", 16 << 10, 100);

    /** Frames a second of {@link #AFXDP_PACED}. */
    static final double PACE = 1_500_000;

    private final String text;
    private final Family family;
    private final String work;
    private final boolean echo;
    private final int messageLength;
    private final int connections;

    Suite(String text, Family family, String work, boolean echo) {
        this.text = text;
        this.family = family;
        this.work = work;
        this.echo = echo;
        this.messageLength = 0;
        this.connections = 0;
    }

    Suite(String text, int messageLength, int connections) {
        this.text = text;
        this.family = Family.TCP;
        this.work = "send messages back";
        this.echo = true;
        this.messageLength = messageLength;
        this.connections = connections;
    }

    /**
     * Returns the suites of a name that a user gives: one, {@code tcp-echo} for all of TCP, or {@code all}; none for
     * unknown names.
     */
    public static List<Suite> named(String name) {
        return Arrays.stream(values())
                .filter(suite -> name.equals("all")
                        || name.equals(suite.text)
                        || name.equals("tcp-echo") && suite.family == Family.TCP)
                .toList();
    }

    /** The suite's family. */
    public Family family() {
        return family;
    }

    /** Says what the suite asks of the receiver. */
    public String work() {
        return work;
    }

    /** The suite's own rate in frames a second; 0 if it is flat out unless a rate is asked for. */
    double pace() {
        return this == AFXDP_PACED ? PACE : 0;
    }

    /** Returns whether the receiver has to send back what comes in. */
    public boolean isEcho() {
        return echo;
    }

    /** The length of a message in bytes, in the TCP suites. */
    public int messageLength() {
        return messageLength;
    }

    /** The number of connections, in the TCP suites. */
    public int connections() {
        return connections;
    }

    @Override
    public String toString() {
        return text;
    }
}
