package io.millrace.afxdp;

import io.millrace.core.link.PortLink;

/** What the state of the interface allows a port's queues to do. */
enum QueueState {
    /** Frames are queued for sending, and the kernel is woken. */
    RUNNING,
    /** The interface is switched off: frames are queued, and system calls that would fail are not made. */
    OFF,
    /** The interface is gone: nothing more is queued, and what is in the rings stays there until other queues come. */
    GONE;

    static QueueState of(PortLink link) {
        if (link.isOn()) {
            return RUNNING;
        }
        return link.isGone() ? GONE : OFF;
    }
}
