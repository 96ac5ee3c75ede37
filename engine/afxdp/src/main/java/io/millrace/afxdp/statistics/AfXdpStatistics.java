package io.millrace.afxdp.statistics;

import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortDetails;
import io.millrace.statistics.PortStatistics;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The statistics that only ports of type {@code af-xdp} have.
 *
 * @param attach   the granted attach mode, {@code native} or {@code skb}
 * @param copy     the granted copy mode, {@code zero-copy} or {@code copy}
 * @param asked    the {@code attach} and {@code copy} that the config asked for
 * @param why      the reason of each step down from that; "" if there was none
 * @param txBudget the most frames that the kernel sends in one wake-up in copy mode
 * @param matched  frames that the XDP program sent to the sockets
 * @param passed   frames that the XDP program left to the kernel
 * @param tooShort those of the passed frames that ended inside a header
 * @param transmit who does what stages may ask for frames that leave by the port
 */
public record AfXdpStatistics(
        String attach,
        String copy,
        AskedMode asked,
        String why,
        int txBudget,
        long matched,
        long passed,
        long tooShort,
        TransmitStates transmit)
        implements PortDetails {

    /**
     * Returns the details of a port's snapshot.
     *
     * @throws IllegalArgumentException if the port is of another kind
     */
    public static AfXdpStatistics of(PortStatistics port) {
        return port.details(AfXdpStatistics.class);
    }

    @Override
    public AfXdpStatistics plus(PortDetails other) {
        AfXdpStatistics that = (AfXdpStatistics) other;
        return new AfXdpStatistics(
                attach,
                copy,
                asked,
                why,
                txBudget,
                matched + that.matched,
                passed + that.passed,
                tooShort + that.tooShort,
                transmit);
    }

    @Override
    public String summary(PortStatistics port) {
        return "attach " + attach + ", " + copy + ", queues " + port.queues();
    }

    @Override
    public Map<String, Object> toMap(PortStatistics port) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("attach", attach);
        map.put("copy", copy);
        map.put("asked", Map.of("attach", asked.attach(), "copy", asked.copy()));
        map.put("why", why);
        map.put("queues", port.queues());
        map.put("tx_budget", txBudget);
        map.put("tx_lost", port.get(PortCounter.TX_LOST));
        map.put("tx_above_mtu", port.get(PortCounter.TX_ABOVE_MTU));
        map.put(
                "multi_buffer",
                Map.of(
                        "rx_frames",
                        port.get(PortCounter.RX_MULTI_BUFFER),
                        "tx_frames",
                        port.get(PortCounter.TX_MULTI_BUFFER)));
        map.put("partial_checksums", port.get(PortCounter.PARTIAL_CHECKSUMS));
        map.put("tx_metadata", transmitMetadata(port));
        map.put("xdp", Map.of("matched", matched, "passed", passed, "too_short", tooShort));
        return map;
    }

    private Map<String, Object> transmitMetadata(PortStatistics port) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("asked", transmit.asked());
        map.put("timestamp", transmit.timestamp());
        map.put("checksum", transmit.checksum());
        map.put("launch_time", transmit.launchTime());
        map.put("stamped", port.get(PortCounter.TX_STAMPED));
        map.put("unstamped", port.get(PortCounter.TX_UNSTAMPED));
        map.put("checksums_offloaded", port.get(PortCounter.TX_CHECKSUMS_OFFLOADED));
        map.put("checksums_computed", port.get(PortCounter.TX_CHECKSUMS_COMPUTED));
        map.put("launch_times", port.get(PortCounter.TX_LAUNCH_TIMES));
        map.put("listener_errors", port.get(PortCounter.TX_LISTENER_ERRORS));
        return map;
    }
}
