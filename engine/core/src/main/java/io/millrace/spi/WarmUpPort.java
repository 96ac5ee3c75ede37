package io.millrace.spi;

import java.util.function.BooleanSupplier;
import org.agrona.concurrent.IdleStrategy;

/** A port whose other side is played, for warming up the code of those that have one. One thread. */
public interface WarmUpPort {
    /**
     * The most frames that arrive in a turn. What runs once a cycle is compiled for its number of cycles; what runs
     * once a frame is long before, and each frame more only makes the start longer.
     */
    int BURST = 16;

    /** The port, with the id 0. */
    Port port();

    /** What tells the port what has happened, if anything but itself does. */
    EventLoop[] loops();

    /**
     * How a poller with {@code idle = wait} waits; here it never sleeps for long.
     *
     * @param outstanding whether there is something whose return wakes nobody
     */
    IdleStrategy newWait(BooleanSupplier outstanding);

    /** Plays the other side: takes what was sent, and sends. */
    void turn();

    /** Asks for system calls from here on, or for none, where no kernel does. */
    void needWakeUp(boolean wanted);

    /** Has the kernel, where it is one, let go of all. The port is of no use any more; the memory is still there. */
    default void end(FrameInlet inlet) {}
}
