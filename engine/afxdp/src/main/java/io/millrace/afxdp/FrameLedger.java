package io.millrace.afxdp;

import io.millrace.ring.Umem;

/**
 * Records which of the ports that share a UMEM gave each frame to the kernel last. When one of the ports loses its
 * interface, this tells which frames the kernel had from that port and not from the others. The poller writes, a batch
 * at a time. The link thread reads the entries of a port that has no queues, when nobody writes them.
 */
final class FrameLedger {
    private final Umem umem;
    private final short[] givers;

    FrameLedger(Umem umem) {
        this.umem = umem;
        this.givers = new short[umem.frameCount()];
    }

    /** @param giver the port's place among the users of the UMEM */
    void give(long address, short giver) {
        givers[umem.frameIndex(address)] = giver;
    }

    boolean isGivenBy(short giver, int frameIndex) {
        return givers[frameIndex] == giver;
    }
}
