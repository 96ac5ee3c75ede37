package io.millrace.afxdp;

import io.millrace.ring.FramePool;
import io.millrace.xdp.AcceptRule;
import java.util.List;

/**
 * Where a port gets its queues from: the interface that has the configured name at the time. When that is lost, another
 * one may get its name. Cold.
 */
interface PortInterface {
    /** What ports over plain memory have. */
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
     * Opens the queues that the port had on the interface that has the name now. From its return on frames arrive in
     * their RX rings. Link thread.
     *
     * @param free frames to receive into; the result has those that are left. After a failure its content is undefined
     * @throws RuntimeException if the interface or a queue can't be had; what was done is undone
     */
    PortQueues openAgain(FramePool free);

    /** Whether the XDP program writes what the driver knows of a frame in front of the frame. */
    boolean writesMetadata();

    /** Changes the accept rules of the program that the interface has, or will have. Any thread. */
    void accept(List<AcceptRule> rules);

    /** The accept rules in place. Any thread. */
    List<AcceptRule> accepted();
}
