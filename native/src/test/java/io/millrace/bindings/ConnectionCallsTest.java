package io.millrace.bindings;

import static io.millrace.bindings.libc.libc_h.AF_UNIX;
import static io.millrace.bindings.libc.libc_h.SHUT_WR;
import static io.millrace.bindings.libc.libc_h.SOCK_CLOEXEC;
import static io.millrace.bindings.libc.libc_h.SOCK_STREAM;
import static io.millrace.bindings.libc.libc_h.SOL_SOCKET;
import static io.millrace.bindings.libc.libc_h.SO_LINGER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.bindings.libc.linger;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connection between two UNIX sockets of this thread. */
class ConnectionCallsTest {

    private static final int ROUND = 20_000;
    private static final int MAX_ROUNDS = 20;
    private static final int FAMILY_BYTES = 2;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment name = arena.allocate(32, 8);
    private final MemorySegment length = arena.allocate(ValueLayout.JAVA_INT);
    private final MemorySegment bytes = arena.allocate(16);
    private int listener;
    private int client;
    private int accepted;

    @BeforeEach
    void connect() {
        listener = socket();
        name.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX());
        Libc.bind(listener, name.asSlice(0, FAMILY_BYTES));
        Sockets.listen(listener, 1);
        client = socket();
        Sockets.connect(client, name.asSlice(0, Sockets.getsockname(listener, name)));
        accepted = Sockets.accept(listener, SOCK_CLOEXEC());
    }

    @AfterEach
    void close() {
        ConnectionCalls.close(listener);
        ConnectionCalls.close(client);
        ConnectionCalls.close(accepted);
        arena.close();
    }

    private static int socket() {
        return Libc.socket(AF_UNIX(), SOCK_STREAM() | SOCK_CLOEXEC(), 0);
    }

    @Test
    void shouldSayThatItFailedWhenTheDescriptorIsBad() {
        assertFalse(ConnectionCalls.getpeername(-1, name, length));
        assertFalse(ConnectionCalls.getsockname(-1, name, length));
        assertFalse(ConnectionCalls.setsockopt(-1, SOL_SOCKET(), SO_LINGER(), bytes));
        assertFalse(ConnectionCalls.shutdown(-1, SHUT_WR()));
        assertFalse(ConnectionCalls.close(-1));
        assertEquals(-1, ConnectionCalls.send(-1, bytes));
        assertEquals(-1, ConnectionCalls.receive(-1, bytes));
    }

    @Test
    void shouldNameBothEnds() {
        MemorySegment peer = arena.allocate(name.byteSize(), Long.BYTES);
        MemorySegment peerLength = arena.allocate(ValueLayout.JAVA_INT);

        assertTrue(ConnectionCalls.getsockname(accepted, name, length));
        assertTrue(ConnectionCalls.getpeername(client, peer, peerLength));

        assertEquals(-1, peer.mismatch(name), "the first byte that differs");
        assertEquals(length.get(ValueLayout.JAVA_INT, 0), peerLength.get(ValueLayout.JAVA_INT, 0));
        assertTrue(length.get(ValueLayout.JAVA_INT, 0) > FAMILY_BYTES);
    }

    @Test
    void shouldSendWhatThereIsRoomForAndReceiveWhatIsThere() {
        assertEquals(-1, ConnectionCalls.receive(accepted, bytes), "nothing yet");
        assertEquals(bytes.byteSize(), ConnectionCalls.send(client, bytes));
        assertEquals(bytes.byteSize(), ConnectionCalls.receive(accepted, bytes));
        assertTrue(ConnectionCalls.shutdown(client, SHUT_WR()));
        assertEquals(0, ConnectionCalls.receive(accepted, bytes), "the end");
        assertEquals(-1, ConnectionCalls.send(client, bytes), "and no signal");
        int most = ROUND;
        while (most > 0 && ConnectionCalls.send(accepted, bytes) > 0) {
            most--;
        }
        assertTrue(most > 0, "the other side does not read");
    }

    @Test
    void shouldSetAnOption() {
        MemorySegment lingering = arena.allocate(linger.layout());
        linger.l_onoff(lingering, 1);
        linger.l_linger(lingering, 7);
        assertTrue(ConnectionCalls.setsockopt(client, SOL_SOCKET(), SO_LINGER(), lingering));
        lingering.fill((byte) 0);
        Libc.getsockopt(client, SOL_SOCKET(), SO_LINGER(), lingering);
        assertEquals(7, linger.l_linger(lingering));
    }

    @Test
    void shouldNotAllocateOnceWarm() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocatedBytes = Long.MAX_VALUE;
        for (int round = 0; round < MAX_ROUNDS && allocatedBytes > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            long done = 0;
            for (int i = 0; i < ROUND; i++) {
                done += ConnectionCalls.send(client, bytes)
                        + ConnectionCalls.receive(accepted, bytes)
                        + (ConnectionCalls.getpeername(client, name, length) ? 1 : 0)
                        + (ConnectionCalls.getsockname(client, name, length) ? 1 : 0)
                        + (ConnectionCalls.setsockopt(-1, SOL_SOCKET(), SO_LINGER(), bytes) ? 1 : 0)
                        + (ConnectionCalls.shutdown(-1, SHUT_WR()) ? 1 : 0)
                        + (ConnectionCalls.close(-1) ? 1 : 0);
            }
            allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
            assertEquals((2 * bytes.byteSize() + 2) * ROUND, done);
        }
        assertEquals(0, allocatedBytes, "bytes in " + ROUND + " rounds of all calls");
    }
}
