package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.bindings.Libc;
import io.millrace.bindings.Sockets;
import io.millrace.bindings.UringCalls;
import io.millrace.bindings.libc.in_addr;
import io.millrace.bindings.libc.libc_h;
import io.millrace.bindings.libc.sockaddr_in;
import io.millrace.bindings.uring.io_uring_buf_reg;
import io.millrace.bindings.uring.uring_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kernel that runs here receives from loopback sockets into the frames of a {@link BufferRing}. */
final class RealBufferRingTest {
    private static final int SIZE = 16;
    private static final int FRAMES = 3 * SIZE;
    private static final int FRAME_SIZE = 2048;
    private static final int GROUP = 0xfffe;
    private static final long RECEIVE = 1;
    private static final long CANCEL = 2;
    private static final int LOOPBACK = 0x0100007f; // 127.0.0.1 in network byte order
    /** The tail has 16 bits: so many buffers let it wrap twice. */
    private static final int DATAGRAMS = 2 * 65536 + 1000;

    private final Arena arena = Arena.ofConfined();
    private final Umem umem = Umem.mapBuffers(arena, FRAMES, FRAME_SIZE, HugePages.OFF);
    private final KernelBuffers memory = KernelBuffers.of(arena, umem, SIZE);
    private final BufferRing ring = memory.bufferRing();
    private final FramePool pool = new FramePool(umem);
    private final MemorySegment bytes = arena.allocate(SIZE * FRAME_SIZE);
    private final MemorySegment datagram = bytes.asSlice(0, Long.BYTES);
    private final Deque<Integer> sockets = new ArrayDeque<>();
    private RealUring real;
    private int receiver;
    private boolean armed;

    @BeforeEach
    void open() {
        real = RealUring.open(SIZE, 0);
        final MemorySegment registration = arena.allocate(io_uring_buf_reg.layout());
        io_uring_buf_reg.ring_addr(registration, memory.ring().address());
        io_uring_buf_reg.ring_entries(registration, SIZE);
        io_uring_buf_reg.bgid(registration, (short) GROUP);
        UringCalls.register(real.fd(), uring_h.IORING_REGISTER_PBUF_RING(), registration, 1);
    }

    @AfterEach
    void close() {
        if (real != null) {
            cancel();
            real.close();
        }
        sockets.forEach(Libc::close);
        arena.close();
    }

    @Test
    void shouldReceiveEachDatagramOnceIntoTheBufferWhoseTurnItIs() {
        final int sender = openUdp();
        int id = SIZE - 1;
        long sent = 0;
        long received = 0;
        while (received < DATAGRAMS) {
            refill();
            arm(uring_h.IORING_RECV_MULTISHOT());
            for (int i = 0; i < SIZE / 2; i++) {
                datagram.set(ValueLayout.JAVA_LONG, 0, ~sent++);
                assertEquals(Long.BYTES, Libc.write(sender, datagram));
            }
            real.submitAndWait(SIZE / 2);
            final int count = real.completions().peek(SIZE);
            final int[] ids = new int[count];
            for (int i = 0; i < count; i++) {
                id = ring.next(id);
                ids[i] = received(i, id);
            }
            real.completions().release(count);
            for (int i = count - 1; i >= 0; i--) {
                final long frame = ring.take(ids[i]);
                assertEquals(~(received + i), umem.memory().get(ValueLayout.JAVA_LONG, frame));
                pool.give(frame);
            }
            received += count;
            assertEquals(FRAMES, pool.available() + ring.held());
        }
        assertEquals(sent, received);
    }

    @Test
    void shouldReceiveAgainAfterTheKernelHadNoBufferLeft() {
        final int sender = openUdp();
        refill();
        arm(uring_h.IORING_RECV_MULTISHOT());
        real.submitAndWait(0);
        for (long i = 0; i <= SIZE; i++) {
            datagram.set(ValueLayout.JAVA_LONG, 0, i);
            Libc.write(sender, datagram);
        }
        real.submitAndWait(SIZE + 1);
        assertEquals(SIZE + 1, real.completions().peek(2 * SIZE));
        for (int i = 0; i < SIZE; i++) {
            assertEquals(i, umem.memory().get(ValueLayout.JAVA_LONG, ring.take(received(i, i))));
        }
        assertEquals(-libc_h.ENOBUFS(), real.completions().result(SIZE));
        assertEquals(0, real.completions().flags(SIZE), "no buffer, no more");
        real.completions().release(SIZE + 1);
        assertEquals(0, ring.held());
        armed = false;

        refill();
        arm(uring_h.IORING_RECV_MULTISHOT());
        real.submitAndWait(1);
        assertEquals(1, real.completions().peek(SIZE));
        assertEquals(SIZE, umem.memory().get(ValueLayout.JAVA_LONG, ring.take(received(0, 0))));
        real.completions().release(1);
    }

    @Test
    void shouldFindInNeighboursWhatOneReceiveHasPutIntoSeveralBuffers() {
        assumeTrue(real.has(uring_h.IORING_FEAT_RECVSEND_BUNDLE()), "this kernel has no receive bundles");
        final int sender = openTcp();
        final int length = (SIZE - 3) * FRAME_SIZE - 100;
        for (int i = 0; i < length; i += Integer.BYTES) {
            bytes.set(ValueLayout.JAVA_INT, i, i);
        }
        int most = 0;
        int offset = 0;
        int id = 0;
        for (int round = 0; round < 3; round++) {
            refill();
            offset = 0;
            assertEquals(length, Libc.write(sender, bytes.asSlice(0, length)));
            while (offset < length) {
                arm(uring_h.IORING_RECVSEND_BUNDLE());
                real.submitAndWait(1);
                armed = false;
                assertEquals(1, real.completions().peek(1));
                assertEquals(id, CompletionQueue.bufferId(real.completions().flags(0)));
                int left = real.completions().result(0);
                real.completions().release(1);
                assertTrue(left > 0, "result " + left);
                most = Math.max(most, left);
                while (left > 0) {
                    final long frame = ring.take(id);
                    final int filled = Math.min(left, FRAME_SIZE);
                    assertEquals(
                            -1,
                            bytes.asSlice(offset, filled).mismatch(umem.memory().asSlice(frame, filled)));
                    pool.give(frame);
                    id = ring.next(id);
                    offset += filled;
                    left -= filled;
                }
            }
        }
        assertEquals(length, offset);
        assertTrue(most > FRAME_SIZE, "no receive took more than one buffer");
    }

    private void refill() {
        while (pool.available() > 0 && ring.hasRoom()) {
            ring.add(pool.take());
        }
        ring.publish();
    }

    private void arm(int ioPriority) {
        if (!armed) {
            final SubmissionQueue submissions = real.submissions();
            final long at = submissions.claim();
            SubmissionEntry.write(submissions.entries(), at, uring_h.IORING_OP_RECV(), receiver, 0, 0, RECEIVE);
            SubmissionEntry.ioPriority(submissions.entries(), at, ioPriority);
            SubmissionEntry.flags(submissions.entries(), at, uring_h.IOSQE_BUFFER_SELECT());
            SubmissionEntry.buffer(submissions.entries(), at, GROUP);
            armed = true;
        }
    }

    /** Checks a completion of the multishot receive; returns the buffer's id. */
    private int received(int i, int id) {
        final CompletionQueue completions = real.completions();
        assertEquals(RECEIVE, completions.userData(i));
        assertEquals(Long.BYTES, completions.result(i));
        final int flags = completions.flags(i);
        assertNotEquals(0, flags & CompletionQueue.BUFFER);
        assertNotEquals(0, flags & CompletionQueue.MORE);
        assertEquals(id, CompletionQueue.bufferId(flags));
        return CompletionQueue.bufferId(flags);
    }

    /** The memory goes when the kernel is done with it: when the receive has completed for the last time. */
    private void cancel() {
        if (!armed) {
            return;
        }
        final SubmissionQueue submissions = real.submissions();
        final long at = submissions.claim();
        SubmissionEntry.write(submissions.entries(), at, uring_h.IORING_OP_ASYNC_CANCEL(), -1, RECEIVE, 0, CANCEL);
        while (armed) {
            real.submitAndWait(1);
            final int count = real.completions().peek(SIZE);
            for (int i = 0; i < count; i++) {
                armed &= real.completions().userData(i) != RECEIVE
                        || (real.completions().flags(i) & CompletionQueue.MORE) != 0;
            }
            real.completions().release(count);
        }
    }

    private int openUdp() {
        receiver = open(libc_h.SOCK_DGRAM());
        final MemorySegment address = bound(receiver);
        final int sender = open(libc_h.SOCK_DGRAM());
        Sockets.connect(sender, address);
        return sender;
    }

    private int openTcp() {
        final int listener = open(libc_h.SOCK_STREAM());
        final MemorySegment address = bound(listener);
        Sockets.listen(listener, 1);
        final int sender = open(libc_h.SOCK_STREAM());
        Sockets.connect(sender, address);
        receiver = Sockets.accept(listener, libc_h.SOCK_CLOEXEC());
        sockets.push(receiver);
        return sender;
    }

    private int open(int type) {
        final int socket = Libc.socket(libc_h.AF_INET(), type | libc_h.SOCK_CLOEXEC(), 0);
        sockets.push(socket);
        return socket;
    }

    /** Binds to a free port of the loopback interface. */
    private MemorySegment bound(int socket) {
        final MemorySegment address = arena.allocate(sockaddr_in.layout());
        sockaddr_in.sin_family(address, (short) libc_h.AF_INET());
        in_addr.s_addr(sockaddr_in.sin_addr(address), LOOPBACK);
        Libc.bind(socket, address);
        Sockets.getsockname(socket, address);
        return address;
    }
}
