package io.millrace.core.stage;

import io.millrace.Connection;
import io.millrace.Endpoint;
import io.millrace.FileSource;
import io.millrace.Frame;
import io.millrace.FrameKind;
import io.millrace.FrameSegments;
import io.millrace.Lease;
import io.millrace.Verdict;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A frame in memory of its own, for tests of stages: no engine, no port. Bytes around it tell if they are touched. */
public final class TestFrame implements Frame {
    /** The bytes before the frame, and after its capacity. */
    public static final int GUARD = 64;

    private static final byte UNTOUCHED = (byte) 0xa5;
    private static final int CAPACITY = 2048;

    private final MemorySegment memory = Arena.ofAuto().allocate(GUARD + CAPACITY + GUARD, 64);
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private int length;
    private int verdict;

    /** The frame becomes a copy of these bytes, and nothing has been decided about it. */
    public TestFrame load(byte[] bytes, int lengthBytes) {
        memory.fill(UNTOUCHED);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, GUARD, lengthBytes);
        length(lengthBytes);
        verdict = Verdict.NONE;
        return this;
    }

    /** Loads all of the bytes, like {@link #load(byte[], int)}. */
    public TestFrame load(byte[] bytes) {
        return load(bytes, bytes.length);
    }

    /** A copy of the frame's bytes. */
    public byte[] bytes() {
        return segment().toArray(ValueLayout.JAVA_BYTE);
    }

    /** Returns whether every byte outside the frame is as {@code load} left it. */
    public boolean isUntouchedAround() {
        for (long i = 0; i < memory.byteSize(); i++) {
            boolean isInside = i >= GUARD && i < GUARD + length;
            if (!isInside && memory.get(ValueLayout.JAVA_BYTE, i) != UNTOUCHED) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void length(int lengthBytes) {
        if (lengthBytes < 0 || lengthBytes > CAPACITY) {
            throw new IllegalArgumentException("length " + lengthBytes + ", capacity " + CAPACITY);
        }
        length = lengthBytes;
        buffer.wrap(memory.address() + GUARD, lengthBytes);
    }

    @Override
    public int capacity() {
        return CAPACITY;
    }

    @Override
    public int headroom() {
        return 0;
    }

    @Override
    public void prepend(int bytes) {
        throw ofNoEngine();
    }

    @Override
    public void trimFront(int bytes) {
        throw ofNoEngine();
    }

    @Override
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    @Override
    public MemorySegment segment() {
        return memory.asSlice(GUARD, length);
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public long address() {
        return GUARD;
    }

    @Override
    public int segmentCount() {
        return 1;
    }

    @Override
    public int totalLength() {
        return length;
    }

    @Override
    public void totalLength(int lengthBytes) {
        length(lengthBytes);
    }

    @Override
    public FrameSegments segments() {
        throw ofNoEngine();
    }

    @Override
    public int portId() {
        return 0;
    }

    @Override
    public int queue() {
        return 0;
    }

    @Override
    public FrameKind kind() {
        return FrameKind.ETHERNET;
    }

    @Override
    public int payloadOffset() {
        throw ofNoEngine();
    }

    @Override
    public int payloadLength() {
        throw ofNoEngine();
    }

    @Override
    public Endpoint source() {
        throw ofNoEngine();
    }

    @Override
    public Endpoint destination() {
        throw ofNoEngine();
    }

    @Override
    public long timestampNs() {
        return 0;
    }

    @Override
    public boolean hasRssHash() {
        return false;
    }

    @Override
    public int rssHash() {
        return 0;
    }

    @Override
    public int vlanTag() {
        return NO_VLAN;
    }

    @Override
    public Connection connection() {
        throw ofNoEngine();
    }

    @Override
    public void drop() {
        verdict = Verdict.drop(0);
    }

    @Override
    public void forward(int portId) {
        verdict = Math.max(verdict, Verdict.forward(0, portId));
    }

    @Override
    public int verdict() {
        return verdict;
    }

    @Override
    public void forward(int portId, long connectionId) {
        throw ofNoEngine();
    }

    @Override
    public void turnRound() {
        throw ofNoEngine();
    }

    @Override
    public void sendFile(FileSource region) {
        throw ofNoEngine();
    }

    @Override
    public void closeConnection() {
        throw ofNoEngine();
    }

    @Override
    public void stampTransmit(long cookie) {
        throw ofNoEngine();
    }

    @Override
    public void offloadChecksum(int start, int offset) {
        throw ofNoEngine();
    }

    @Override
    public void launchAt(long timeNs) {
        throw ofNoEngine();
    }

    @Override
    public Lease lease() {
        throw ofNoEngine();
    }

    private static IllegalStateException ofNoEngine() {
        return new IllegalStateException("a test frame belongs to no engine");
    }
}
