package io.millrace.sockets;

import io.millrace.ring.FrameAudit;

/**
 * The frames of sends without a copy, from their submission until the kernel's notification that it no longer needs the
 * memory, which may come long after the send's result. Only the poller's thread may use this.
 */
final class ZeroCopyHolds {
    private static final long NONE = -1;

    private final SocketFrames frames;
    private final long[] addresses;
    private final int[] connections;
    private final int[] free;
    private int available;

    ZeroCopyHolds(SocketFrames frames, int count) {
        this.frames = frames;
        this.addresses = new long[count];
        this.connections = new int[count];
        this.free = new int[count];
        for (int i = count - 1; i >= 0; i--) {
            addresses[i] = NONE;
            free[available++] = i;
        }
    }

    /** Holds a frame; returns the number of the hold, or -1 if there are already as many as allowed. */
    int take(StreamConnection connection, long address) {
        if (available == 0) {
            return -1;
        }
        int hold = free[--available];
        frames.hold(address);
        addresses[hold] = address;
        connections[hold] = connection.index;
        return hold;
    }

    /** The index of the connection whose send it is. */
    int connection(int hold) {
        return connections[hold];
    }

    void release(int hold) {
        frames.release(addresses[hold]);
        addresses[hold] = NONE;
        free[available++] = hold;
    }

    /** How many frames are held. */
    int held() {
        return free.length - available;
    }

    /** Reports the frames that are held. Cold. */
    void audit(FrameAudit audit) {
        for (long address : addresses) {
            if (address != NONE) {
                audit.found(FrameAudit.Place.SEND, address);
            }
        }
    }
}
