package io.millrace.lab.bench;

/** The families of suites. The suites of a family are measured in the same way and have the same contenders. */
public enum Family {
    /** Frames at an AF_XDP socket. */
    AF_XDP("frame"),
    /** Datagrams at a UDP socket. */
    UDP("datagram"),
    /** Messages on TCP connections, one at a time on each. */
    TCP("message");

    private final String unit;

    Family(String unit) {
        this.unit = unit;
    }

    /** What is counted, in the singular. */
    public String unit() {
        return unit;
    }
}
