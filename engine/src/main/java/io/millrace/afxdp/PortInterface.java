package io.millrace.afxdp;

import io.millrace.ring.FramePool;
import io.millrace.xdp.AcceptRule;
import java.util.List;

/** The interface of a port as the name that the config has: one that is lost may come back as another one. Cold. */
interface PortInterface {
    /** Of ports over plain memory. */
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
     * Opens the queues that the port had on the interface that has the name now; frames come into their RX rings from
     * here on. Link thread.
     *
     * @param free frames to receive into; what is left of them is in the result. Of no meaning after a failure
     * @throws RuntimeException if it is not to be had; what was done is undone
     */
    PortQueues openAgain(FramePool free);

    /** Whether the XDP program writes what the driver knows of a frame in front of the frame. */
    boolean writesMetadata();

    /** Changes the rules of the program that the interface has, or will have. Any thread. */
    void accept(List<AcceptRule> rules);

    /** The rules in place. Any thread. */
    List<AcceptRule> accepted();
}
