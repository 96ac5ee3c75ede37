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
 * The program's end of a port of type {@code memory}: the port receives what is sent here, and what the port sends is
 * received here. Any thread may call it; threads that send, or that receive, at the same time wait for each other. It
 * has no thread of its own: the caller does the simulated kernel's work.
 *
 * <p>Only one engine at a time may have the port, and the wire is empty when an engine starts. What the port has sent
 * can still be received after the engine was closed.
 */
public final class MemoryWire {
    private static final Map<String, MemoryWire> WIRES = new ConcurrentHashMap<>();
    private static final long PAUSE_NS = 20_000;

    private final String name;
    /** Held while sending; only senders use their ends of the rings. */
    private final Object sending = new Object();
    /** Held while receiving; only receivers use their ends of the rings. */
    private final Object receiving = new Object();
    /** Frames that the port had sent and nobody had received when the engine stopped. Guarded by {@link #receiving}. */
    private final Deque<byte[]> left = new ArrayDeque<>();

    // Written while holding both locks, read while holding one of them.
    private KernelSide kernel;
    private Umem umem;
    private int shortest;
    private int longest;

    /** Whether the port is receiving. Guarded by {@link #sending}. */
    private boolean open;
    /** Written while holding {@link #sending}. */
    private volatile long refused;

    private MemoryWire(String name) {
        this.name = name;
    }

    /** Returns the wire of that name, which is made when it is first asked for. */
    public static MemoryWire named(String name) {
        return WIRES.computeIfAbsent(name, MemoryWire::new);
    }

    /**
     * Sends a copy of a frame to the port.
     *
     * @return whether the port has taken it; if not, it had no room, which is counted, or no engine has the port open
     * @throws IllegalArgumentException if the frame is longer than the port's MTU allows, or too short for its kind
     */
    public boolean send(byte[] frame) {
        return send(MemorySegment.ofArray(frame));
    }

    /** Sends a copy of a frame that is in native or other memory. */
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

    /** Returns a copy of the next frame that the port has sent; null if there is none. */
    public byte[] receive() {
        synchronized (receiving) {
            if (left.isEmpty() && kernel != null) {
                kernel.transmit(1, this::keep);
            }
            return left.poll();
        }
    }

    /**
     * Returns a copy of the next frame that the port has sent, and waits for one at most that long. An interrupt ends
     * the wait, and is kept.
     */
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
     * @param least the least length of a frame in bytes
     * @param most  the greatest length of a frame in bytes
     * @return whether no other port has the wire
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

    /** Sets whether the port receives. */
    void open(boolean isOpen) {
        synchronized (sending) {
            open = isOpen;
        }
    }

    /** Copies what the port has sent out of its memory, so that it can be received when the engine is gone. */
    void keepAll() {
        synchronized (receiving) {
            kernel.transmit(Integer.MAX_VALUE, this::keep);
        }
    }

    /** Leaves the port, whose memory will be unmapped. */
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

    /** The number of frames for which the port had no room; any thread. */
    long refused() {
        return refused;
    }
}
