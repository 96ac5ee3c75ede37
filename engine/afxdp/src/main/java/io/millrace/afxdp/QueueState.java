package io.millrace.afxdp;

import io.millrace.spi.PortLink;

/** What a port's queues may do in the current state of the interface. */
enum QueueState {
    /** Frames are queued for sending, and the kernel is woken. */
    RUNNING,
    /** The interface is switched off: frames are queued, but system calls that would fail are not made. */
    OFF,
    /**
     * The interface is gone: nothing more is queued, and what is in the rings stays there until there are new queues.
     */
    GONE;

    static QueueState of(PortLink link) {
        if (link.isOn()) {
            return RUNNING;
        }
        return link.isGone() ? GONE : OFF;
    }
}
