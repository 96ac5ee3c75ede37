package io.millrace.engine;

import org.agrona.MutableDirectBuffer;

import java.lang.foreign.MemorySegment;

/**
 * A received frame, from its first Ethernet byte, where the kernel or the network card put it.
 *
 * <p>A flyweight: the engine moves one instance per stage over the frames of a batch. It belongs to the stage's
 * thread and is valid inside {@link Stage#onFrame} only; after the batch every access throws. Index 0 of
 * {@link #buffer()} and of {@link #segment()} is the first byte of the destination MAC address.
 */
public interface Frame {

    /** The length of the frame in bytes. */
    int length();

    /**
     * Makes the frame shorter or, up to {@link #capacity()}, longer. The bytes that it grows by are not cleared.
     *
     * @throws IllegalArgumentException if the length is negative or larger than the capacity
     */
    void length(int lengthBytes);

    /** How long the frame may become, in bytes: what is left of its chunk of the UMEM from its first byte on. */
    int capacity();

    /**
     * The frame's bytes as an Agrona buffer, bounds-checked, revoked with the flyweight. A buffer that a stage wraps
     * around this one's raw address is outside that protection.
     */
    MutableDirectBuffer buffer();

    /** The frame's bytes as a slice of {@link #memory()}; makes one small object, which the JIT mostly removes. */
    MemorySegment segment();

    /** All memory of the port that received the frame; the frame starts at {@link #address()}. Makes no object. */
    MemorySegment memory();

    /** Where the frame starts in {@link #memory()}, in bytes: the address that its RX descriptor carried. */
    long address();

    /** The port that received the frame. */
    int portId();

    /** The queue of that port. */
    int queue();

    /** Drops the frame when the pipeline's running stages are done with it; no later stage sees it. */
    void drop();

    /**
     * Sends the frame, as it is when the last stage has seen it, out of a port.
     *
     * @param portId from {@link StageContext#portId}
     */
    void forward(int portId);

    /** What has been decided so far: see {@link Verdict}. */
    int verdict();

    /**
     * Keeps the frame after this callback, until the lease is closed.
     *
     * @throws LeaseLimitException if {@code leases.max} leases are out; the exception carries no stack trace
     */
    Lease lease();
}
