package io.millrace.afxdp;

import io.millrace.ring.Umem;

/**
 * Which of the ports that share a UMEM has given each frame to the kernel last. When one of them loses its interface,
 * the frames that the kernel had of it are told from the others' by this. The poller writes, a batch at a time; what is
 * written of the frames of a port that has no queues stays.
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
