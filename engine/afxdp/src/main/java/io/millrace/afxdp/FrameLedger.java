package io.millrace.afxdp;

import io.millrace.ring.Umem;

/**
 * Says which of the ports that share a UMEM gave each frame to the kernel last. When one of them loses its interface,
 * this tells the frames that the kernel had of it from those that the kernel has of the others. The poller writes, a
 * batch at a time; the link thread reads the entries of a port that has no queues, which nobody writes then.
 */
final class FrameLedger {
    private final Umem umem;
    private final short[] givers;

    FrameLedger(Umem umem) {
        this.umem = umem;
        this.givers = new short[umem.frameCount()];
    }

    /** @param giver the port's place among those of the UMEM, of which there are as many as ports at most */
    void give(long address, short giver) {
        givers[umem.frameIndex(address)] = giver;
    }

    boolean isGivenBy(short giver, int frameIndex) {
        return givers[frameIndex] == giver;
    }
}
