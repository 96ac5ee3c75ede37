package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.ENOBUFS;
import static io.millrace.bindings.uring.uring_h.IORING_OP_RECVMSG;

import io.millrace.bindings.uring.io_uring_sqe;
import io.millrace.core.counters.EngineCounters;
import io.millrace.core.counters.PortCounters;
import io.millrace.ring.BufferRing;
import io.millrace.ring.CompletionQueue;
import io.millrace.ring.SubmissionEntry;
import io.millrace.ring.SubmissionQueue;
import io.millrace.ring.Umem;
import io.millrace.spi.EventLoop;
import io.millrace.spi.Port;
import io.millrace.spi.WarmUpPort;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.IdleStrategy;

/**
 * A UDP port and its io_uring over plain memory: each buffer offered comes back with a datagram, each send completes. It
 * runs the very code of a real one, but for the kernel.
 */
public final class LoopbackSocket implements WarmUpPort {
    private static final int ENTRIES = 256;
    private static final int COMPLETIONS = 2 * ENTRIES;
    private static final int FRAME_SIZE = 2048;
    private static final long PAGE = 4096;
    private static final int TURNS_OF_RECEIVE = 8;
    private static final int NO_RING = -1;
    private static final long SQ_HEAD = 0;
    private static final long SQ_TAIL = 64;
    private static final long SQ_FLAGS = 128;
    private static final long CQ_HEAD = 192;
    private static final long CQ_TAIL = 256;
    private static final long CQ_OVERFLOW = 320;
    private static final long CQ_ENTRIES = 384;
    private static final long BUFFERS_TAIL = 14;
    private static final int MORE_IN_BUFFER = CompletionQueue.BUFFER | CompletionQueue.MORE;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private final MemorySegment words;
    private final MemorySegment entries;
    private final MemorySegment buffers;
    private final MemorySegment payload;
    private final Umem umem;
    private final int payloadOffset;
    private final Uring uring;
    private final UdpPort port;
    private long receiver;
    private boolean receives;
    private int turns;
    private short taken;

    /**
     * @param arena   owns the memory
     * @param payload the bytes of every datagram
     */
    public LoopbackSocket(Arena arena, byte[] payload) {
        this.payload = arena.allocateFrom(ValueLayout.JAVA_BYTE, payload);
        words = arena.allocate(CQ_ENTRIES + (long) COMPLETIONS * CompletionQueue.ENTRY_LENGTH, PAGE);
        entries = arena.allocate((long) ENTRIES * SubmissionEntry.LENGTH, PAGE);
        buffers = arena.allocate((long) ENTRIES * BufferRing.ENTRY_LENGTH, PAGE);
        umem = Umem.over(arena.allocate((long) 2 * ENTRIES * FRAME_SIZE, PAGE), FRAME_SIZE);
        EngineCounters engineCounters = new EngineCounters();
        PortCounters counters = new PortCounters(engineCounters, "loopback");
        uring = new Uring(
                NO_RING,
                new SubmissionQueue(words, entries, SQ_HEAD, SQ_TAIL, SQ_FLAGS, ENTRIES),
                new CompletionQueue(words, CQ_HEAD, CQ_TAIL, CQ_OVERFLOW, CQ_ENTRIES, COMPLETIONS),
                false,
                arena,
                engineCounters);
        SocketFrames frames =
                new SocketFrames(umem, new UringDevice.ProvidedBuffers(new BufferRing(buffers, umem, ENTRIES), 0));
        DatagramLayout layout = new DatagramLayout(true, false, false, false);
        payloadOffset = layout.payloadOffset();
        DatagramReceiver receiving =
                new DatagramReceiver(uring, frames, layout, layout.newHeader(arena), counters, 0, 0, UdpPort.RECEIVE);
        DatagramSender sending = new DatagramSender(
                uring,
                frames,
                new SendBlocks(arena, ENTRIES, 1),
                counters,
                0,
                UdpPort.SEND,
                0,
                NO_RING,
                true,
                Integer.MAX_VALUE,
                0);
        port = new UdpPort(
                0,
                "loopback",
                null,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                frames,
                layout,
                receiving,
                sending,
                counters,
                null,
                arena.allocate(SocketAddresses.SPACE, Long.BYTES),
                SocketLinks.NONE);
        uring.add(0, port, ENTRIES / 4);
        port.startReceiving();
    }

    @Override
    public Port port() {
        return port;
    }

    @Override
    public EventLoop[] loops() {
        return new EventLoop[] {uring};
    }

    /** {@inheritDoc} Waiting fails for want of a ring. */
    @Override
    public IdleStrategy newWait(BooleanSupplier outstanding) {
        UringWait wait = new UringWait(uring, new Port[] {port}, outstanding);
        uring.add(UserData.WAITER, wait);
        return wait;
    }

    @Override
    public void turn() {
        uring.count(0); // here every call fails, and compiled code would take one that does not for a rarity
        for (int head = words.get(INT, SQ_HEAD); head != words.get(INT, SQ_TAIL); head++) {
            submitted((long) (head & ENTRIES - 1) * SubmissionEntry.LENGTH);
            words.set(INT, SQ_HEAD, head + 1);
        }
        for (int i = 0;
                i < WarmUpPort.BURST
                        && receives
                        && taken != buffers.get(ValueLayout.JAVA_SHORT, BUFFERS_TAIL)
                        && hasRoom();
                i++) {
            receive(taken & ENTRIES - 1);
            taken++;
        }
        if (receives && ++turns % TURNS_OF_RECEIVE == 0) { // ends, as for want of a buffer, and is to be started again
            receives = false;
            complete(receiver, -ENOBUFS(), 0);
        }
    }

    private void submitted(long at) {
        long userData = entries.get(LONG, at + io_uring_sqe.user_data$offset());
        if (entries.get(ValueLayout.JAVA_BYTE, at) == IORING_OP_RECVMSG()) {
            receives = true;
            receiver = userData;
        } else {
            complete(userData, entries.get(INT, at + io_uring_sqe.len$offset()), 0);
        }
    }

    private void receive(int buffer) {
        long address = buffers.get(LONG, (long) buffer * BufferRing.ENTRY_LENGTH) - umem.baseAddress();
        MemorySegment memory = umem.memory();
        memory.asSlice(address, payloadOffset).fill((byte) 0);
        MemorySegment.copy(payload, 0, memory, address + payloadOffset, payload.byteSize());
        complete(receiver, payloadOffset + (int) payload.byteSize(), MORE_IN_BUFFER | buffer << Short.SIZE);
    }

    private boolean hasRoom() {
        return words.get(INT, CQ_TAIL) - words.get(INT, CQ_HEAD) < ENTRIES;
    }

    private void complete(long userData, int result, int flags) {
        int tail = words.get(INT, CQ_TAIL);
        long at = CQ_ENTRIES + (long) (tail & COMPLETIONS - 1) * CompletionQueue.ENTRY_LENGTH;
        words.set(LONG, at, userData);
        words.set(INT, at + Long.BYTES, result);
        words.set(INT, at + Long.BYTES + Integer.BYTES, flags);
        words.set(INT, CQ_TAIL, tail + 1);
    }

    /** {@inheritDoc} Entering the kernel fails for want of a ring, as it does for every submission here. */
    @Override
    public void needWakeUp(boolean wanted) {
        words.set(INT, SQ_FLAGS, wanted ? SubmissionQueue.TASKRUN : 0);
    }
}
