package io.millrace.engine.path;

import org.agrona.concurrent.IdleStrategy;

/** A port over plain memory with the kernel's half played, for warming up the code of real ones. One thread. */
public interface Loopback {
    /**
     * The most frames that arrive in a turn. What runs once a cycle is compiled for its number of cycles; what runs once a
     * frame is long before, and each frame more only makes the start longer.
     */
    int BURST = 16;

    /** The port, with the id 0. */
    Port port();

    /** The ring that it shares with nobody. */
    SharedRing ring();

    /** How a poller with {@code idle = wait} waits; here it never sleeps. */
    IdleStrategy newWait(Pipeline pipeline, LeaseDesk leases);

    /** Plays the kernel: receives into what was offered, sends what was queued. */
    void turn();

    /** Asks for system calls from here on, which fail at once, or asks for none. */
    void needWakeUp(boolean wanted);
}
