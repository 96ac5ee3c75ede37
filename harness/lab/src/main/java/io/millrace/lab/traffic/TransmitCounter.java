package io.millrace.lab.traffic;

import io.millrace.lab.net.Ethtool;
import io.millrace.lab.net.LinkCounters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * How many XDP frames an interface took. veth counts them by themselves, at once ({@code veth_xdp_xmit}, what
 * {@code ethtool -S} shows as xdp_xmit). Other drivers count them among all that they send, some time later: other
 * traffic of the interface is then in the figure.
 *
 * <p>Reads the network namespace of the thread that opened it, from any thread.
 */
final class TransmitCounter implements AutoCloseable {
    private static final Pattern XDP_SENT = Pattern.compile("tx_queue_\\d+_xdp_xmit");
    private static final int SETTLE_TURNS = 20;
    private static final long SETTLE_NS = 5_000_000;

    private final String interfaceName;
    private final Ethtool ethtool;
    private final boolean exact;

    TransmitCounter(String interfaceName) {
        this.interfaceName = interfaceName;
        this.ethtool = new Ethtool(interfaceName);
        this.exact = ethtool.statistics().keySet().stream()
                .anyMatch(name -> XDP_SENT.matcher(name).matches());
    }

    /** Frames taken since the interface exists. */
    long read() {
        return exact ? sumOfQueues(ethtool.statistics()) : settled();
    }

    private static long sumOfQueues(Map<String, Long> statistics) {
        long sum = 0;
        for (Map.Entry<String, Long> statistic : statistics.entrySet()) {
            if (XDP_SENT.matcher(statistic.getKey()).matches()) {
                sum += statistic.getValue();
            }
        }
        return sum;
    }

    private long settled() {
        try {
            long last = LinkCounters.read(interfaceName).txPackets();
            for (int i = 0; i < SETTLE_TURNS; i++) {
                LockSupport.parkNanos(SETTLE_NS);
                long now = LinkCounters.read(interfaceName).txPackets();
                if (now == last) {
                    return now;
                }
                last = now;
            }
            return last;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        ethtool.close();
    }
}
