package io.millrace.afxdp;

import io.millrace.spi.PortLink;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;

/**
 * Counts the frames that are sent though they are longer than the MTU of their interface. They are sent because some
 * network cards take them; whatever drops them otherwise, the other end of a veth pair for instance, tells nobody.
 * Poller's thread only.
 */
final class MtuWatch {
    /** What a device takes beyond its MTU: an Ethernet header and a VLAN tag ({@code is_skb_forwardable}, Linux). */
    private static final int HEADERS = 18;

    private final PortLink link;
    private final PortCounters counters;
    /** Bytes; 0 if it is not known. */
    private int mtu;
    /** Frames that have not been added to the counters yet. */
    private int above;

    MtuWatch(PortLink link, PortCounters counters) {
        this.link = link;
        this.counters = counters;
        this.mtu = link.status().mtu();
    }

    /** Takes note of the interface's MTU as it is now, once a duty cycle; returns whether it has changed. */
    boolean follow() {
        int now = link.status().mtu();
        boolean changed = now != mtu;
        mtu = now;
        return changed;
    }

    /** Bytes of the longest frame that the MTU allows. */
    int longest() {
        return mtu == 0 ? Integer.MAX_VALUE : mtu + HEADERS;
    }

    /**
     * Counts a frame that was taken to be sent, if it is too long.
     *
     * @param length bytes of all its segments
     */
    void sent(int length) {
        if (length > longest()) {
            above++;
        }
    }

    /** Adds to the counters what was counted since the last time. */
    void flush() {
        if (above > 0) {
            counters.add(PortCounter.TX_ABOVE_MTU, above);
            above = 0;
        }
    }
}
