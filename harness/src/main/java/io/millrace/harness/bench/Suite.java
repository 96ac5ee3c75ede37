package io.millrace.harness.bench;

import io.millrace.harness.net.VethPair;
import java.util.Map;

/** What the receiver does with the frames, and where the kernel counts what it did. */
public enum Suite {
    /** Receive and drop. Counted where the XDP program hands frames to the socket. */
    AFXDP_RX("afxdp-rx", "receive and drop") {
        @Override
        long handled(Map<String, Long> receiver, VethPair pair) {
            return receiver.getOrDefault("rx_queue_0_xdp_redirect", 0L);
        }
    },
    /** Swap addresses and send back. Counted as frames come back to the sender. */
    AFXDP_REFLECT("afxdp-reflect", "swap addresses and send back") {
        @Override
        long handled(Map<String, Long> receiver, VethPair pair) {
            return pair.left().counters().rxPackets();
        }
    };

    private final String text;
    private final String work;

    Suite(String text, String work) {
        this.text = text;
        this.work = work;
    }

    /** What it asks of the receiver, in words. */
    public String work() {
        return work;
    }

    /** Frames that the receiver handled so far, by the kernel's count. */
    abstract long handled(Map<String, Long> receiver, VethPair pair);

    @Override
    public String toString() {
        return text;
    }
}
