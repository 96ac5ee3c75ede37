package com.example.pipe;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Two queues of frames between a program and a port of type {@code pipe}, which finds them by name. Any thread of the
 * program may offer, one at a time may poll.
 */
public final class Pipe {
    /** The only type of message there is. */
    static final int FRAME = 1;

    private static final int CAPACITY = 1 << 20;
    private static final Map<String, Pipe> PIPES = new ConcurrentHashMap<>();

    private final RingBuffer toEngine = new ManyToOneRingBuffer(memory());
    private final RingBuffer fromEngine = new OneToOneRingBuffer(memory());

    private Pipe() {}

    /** The pipe of that name, which is made when it is first asked for. */
    public static Pipe named(String name) {
        return PIPES.computeIfAbsent(name, none -> new Pipe());
    }

    private static UnsafeBuffer memory() {
        return new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY + RingBufferDescriptor.TRAILER_LENGTH));
    }

    /** Sends a frame to the port; false if the queue is full. */
    public boolean offer(DirectBuffer frame, int offset, int length) {
        return toEngine.write(FRAME, frame, offset, length);
    }

    /** Takes frames that the port has sent; returns how many. */
    public int poll(MessageHandler handler) {
        return fromEngine.read(handler);
    }

    /** What the port receives. */
    RingBuffer toEngine() {
        return toEngine;
    }

    /** What the port sends. */
    RingBuffer fromEngine() {
        return fromEngine;
    }
}
