package io.millrace.afxdp;

import io.millrace.ring.FramePool;
import io.millrace.xdp.AcceptRule;
import java.util.List;

/**
 * Opens a port's queues on the interface that has the configured name at the time. When that interface is lost, another
 * one may get its name. Cold.
 */
interface PortInterface {
    /** The stand-in for ports over plain memory, which have no interface. */
    PortInterface NONE = new PortInterface() {
        @Override
        public PortQueues openAgain(FramePool free) {
            throw new UnsupportedOperationException("the port has no interface");
        }

        @Override
        public boolean writesMetadata() {
            return false;
        }

        @Override
        public void accept(List<AcceptRule> rules) {}

        @Override
        public List<AcceptRule> accepted() {
            return List.of();
        }
    };

    /**
     * Opens the port's queues again, on the interface that has the name now. Once this has returned, frames arrive in
     * their RX rings. Link thread.
     *
     * @param free the free frames to receive into; the result has those that are left. After a failure its content is
     *             undefined
     * @throws RuntimeException if the interface or a queue is not available; everything has been undone
     */
    PortQueues openAgain(FramePool free);

    /** Returns whether the XDP program writes what the driver knows of a frame in front of the frame. */
    boolean writesMetadata();

    /** Changes the accept rules of the program that the interface has, or will have. Any thread may call this. */
    void accept(List<AcceptRule> rules);

    /** The accept rules in place. Any thread may call this. */
    List<AcceptRule> accepted();
}
