package io.millrace.sim;

import io.millrace.ring.KernelSide;
import io.millrace.ring.Umem;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The program's end of a port of type {@code memory}: what is sent here the port receives, and what the port sends is
 * received here. Any thread may call; those that do the same at the same time wait for each other. There is no thread
 * behind it: whoever calls does the simulated kernel's work.
 *
 * <p>One engine at a time has the port, and the wire begins empty with each. What the port has sent can be received
 * after the engine was closed, too.
 */
public final class MemoryWire {
    private static final Map<String, MemoryWire> WIRES = new ConcurrentHashMap<>();
    private static final long PAUSE_NS = 20_000;

    private final String name;
    /** Held by those who send; the ends of the rings that they use are no other's. */
    private final Object sending = new Object();
    /** Held by those who receive, likewise. */
    private final Object receiving = new Object();
    /** What the port had sent and nobody had received when the engine stopped. With {@link #receiving}. */
    private final Deque<byte[]> left = new ArrayDeque<>();

    // Written with both locks, read with one of them.
    private KernelSide kernel;
    private Umem umem;
    private int shortest;
    private int longest;

    /** Whether the port is receiving. With {@link #sending}. */
    private boolean open;
    /** Written with {@link #sending}. */
    private volatile long refused;

    private MemoryWire(String name) {
        this.name = name;
    }

    /** The wire of that name, which is made when it is first asked for. */
    public static MemoryWire named(String name) {
        return WIRES.computeIfAbsent(name, MemoryWire::new);
    }

    /**
     * Sends a frame to the port, by a copy.
     *
     * @return whether the port has it; if not it had no room, which is counted, or no engine has the port open
     * @throws IllegalArgumentException if the frame is longer than the port's MTU allows, or too short for its kind
     */
    public boolean send(byte[] frame) {
        return send(MemorySegment.ofArray(frame));
    }

    /** The same for a frame that is in some memory. */
    public boolean send(MemorySegment frame) {
        synchronized (sending) {
            if (!open) {
                return false;
            }
            requireFits(frame.byteSize());
            boolean taken = kernel.receive(frame);
            if (!taken) {
                refused++;
            }
            return taken;
        }
    }

    private void requireFits(long length) {
        if (length < shortest || length > longest) {
            throw new IllegalArgumentException("a frame of " + length + " bytes; this port takes " + shortest + " to "
                    + longest + " of them, send others by a port with another mtu");
        }
    }

    /** The next frame that the port has sent, a copy; null if there is none. */
    public byte[] receive() {
        synchronized (receiving) {
            if (left.isEmpty() && kernel != null) {
                kernel.transmit(1, this::keep);
            }
            return left.poll();
        }
    }

    /** The same, but waits for one at most that long. An interrupt ends the wait, and is kept. */
    public byte[] receive(long timeout, TimeUnit unit) {
        long deadline = System.nanoTime() + unit.toNanos(timeout);
        byte[] frame = receive();
        while (frame == null
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(PAUSE_NS);
            frame = receive();
        }
        return frame;
    }

    private void keep(long address, int length, int options) {
        left.add(umem.memory().asSlice(address, length).toArray(ValueLayout.JAVA_BYTE));
    }

    // ---- the port's side

    /**
     * Joins the wire to a port that is being opened.
     *
     * @param least bytes that a frame has at least
     * @param most  bytes that a frame has at most
     * @return whether no other port has it
     */
    boolean attach(KernelSide other, Umem memory, int least, int most) {
        synchronized (sending) {
            synchronized (receiving) {
                if (kernel != null) {
                    return false;
                }
                kernel = other;
                umem = memory;
                shortest = least;
                longest = most;
                refused = 0;
                left.clear();
                return true;
            }
        }
    }

    /** The port receives from here on, or does not any more. */
    void open(boolean isOpen) {
        synchronized (sending) {
            open = isOpen;
        }
    }

    /** Takes what the port has sent out of its memory, so that it is there to be received when the engine is gone. */
    void keepAll() {
        synchronized (receiving) {
            kernel.transmit(Integer.MAX_VALUE, this::keep);
        }
    }

    /** The port's memory will be gone. */
    void detach() {
        synchronized (sending) {
            synchronized (receiving) {
                open = false;
                kernel = null;
                umem = null;
            }
        }
    }

    String name() {
        return name;
    }

    /** Frames that the port had no room for; any thread. */
    long refused() {
        return refused;
    }
}
