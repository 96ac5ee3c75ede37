package io.millrace.engine.path;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The descriptor of a frame on its way through the stages: what a Disruptor slot holds instead of the bytes. It has one
 * writer at a time, and the Disruptor's sequences order them; only parallel stages write a verdict or take a lease at
 * the same time, and use the atomic methods.
 */
final class FrameSlot {
    private static final VarHandle VERDICT;
    private static final VarHandle LEASES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            VERDICT = lookup.findVarHandle(FrameSlot.class, "verdict", int.class);
            LEASES = lookup.findVarHandle(FrameSlot.class, "leases", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    long address;
    int length;
    int portId;
    int queue;
    int verdict;
    /** Leases taken of this frame while it was in the pipeline, closed ones included. */
    int leases;

    // Neighbouring slots are written by different threads: keep each on a cache line of its own.
    @SuppressWarnings("unused")
    private long padding1;
    @SuppressWarnings("unused")
    private long padding2;
    @SuppressWarnings("unused")
    private long padding3;

    void set(int portId, int queue, long address, int length) {
        this.address = address;
        this.length = length;
        this.portId = portId;
        this.queue = queue;
        this.verdict = 0;
        this.leases = 0;
    }

    /** Adds a verdict; the larger one counts. For a stage that nobody runs in parallel to. */
    void decide(int added) {
        if (added > verdict) {
            verdict = added;
        }
    }

    /** Adds a verdict among parallel stages. */
    void decideConcurrently(int added) {
        int seen = (int) VERDICT.getVolatile(this);
        while (added > seen && !VERDICT.compareAndSet(this, seen, added)) {
            seen = (int) VERDICT.getVolatile(this);
        }
    }

    int verdictConcurrently() {
        return (int) VERDICT.getOpaque(this);
    }

    void countLease() {
        LEASES.getAndAdd(this, 1);
    }
}
