package io.millrace.sockets;

import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortDetails;
import io.millrace.statistics.PortStatistics;
import java.util.List;
import java.util.Map;

/** The statistics that only ports of type {@code udp} and {@code tcp} have. */
record SocketDetails() implements PortDetails {
    private static final List<PortCounter> COUNTERS = List.of(
            PortCounter.TX_FAILED,
            PortCounter.TX_ZERO_COPY,
            PortCounter.TX_ZERO_COPY_COPIED,
            PortCounter.TX_SEGMENTED,
            PortCounter.RX_COALESCED,
            PortCounter.RX_TRUNCATED,
            PortCounter.RX_NO_BUFFER,
            PortCounter.RX_REARMED,
            PortCounter.TX_UNSTAMPED,
            PortCounter.TX_CHECKSUMS_COMPUTED);

    @Override
    public SocketDetails plus(PortDetails other) {
        return this;
    }

    @Override
    public Map<String, Object> toMap(PortStatistics port) {
        return Map.of("local", port.local(), "socket", port.byName(COUNTERS));
    }

    @Override
    public String summary(PortStatistics port) {
        return ""; // the status line already shows the address
    }
}
