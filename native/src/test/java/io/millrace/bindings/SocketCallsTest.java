package io.millrace.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.sun.management.ThreadMXBean;
import io.millrace.bindings.libc.libc_h;
import io.millrace.bindings.libc.pollfd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SocketCallsTest {

    private static final int CALLS_PER_ROUND = 100_000;
    private static final int MAX_ROUNDS = 20;

    private Arena arena;

    @BeforeEach
    void open() {
        arena = Arena.ofConfined();
    }

    @AfterEach
    void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    @Test
    void shouldSayThatItFailedWhenTheDescriptorIsBad() {
        assertFalse(SocketCalls.wakeTx(-1));
        assertFalse(SocketCalls.wakeRx(-1));
        assertEquals(-1, SocketCalls.poll(MemorySegment.NULL, 1, 0));
    }

    @Test
    void shouldReachTheKernelWhenTheDescriptorIsGood() {
        int socket = Libc.socket(libc_h.AF_INET(), libc_h.SOCK_DGRAM(), 0);
        try {
            assertFalse(SocketCalls.wakeRx(socket), "nothing is there to receive");
            assertFalse(SocketCalls.wakeTx(socket), "no address to send to");
        } finally {
            Libc.close(socket);
        }
    }

    @Test
    void shouldPollUntilTheDescriptorIsReady() {
        int counter = Libc.eventfd(0, libc_h.EFD_NONBLOCK());
        try {
            MemorySegment poll = arena.allocate(pollfd.layout());
            pollfd.fd(poll, counter);
            pollfd.events(poll, (short) libc_h.POLLIN());

            assertEquals(0, SocketCalls.poll(poll, 1, 0));
            assertEquals(Long.BYTES, Libc.write(counter, arena.allocateFrom(ValueLayout.JAVA_LONG, 1)));
            assertEquals(1, SocketCalls.poll(poll, 1, 10_000));
            assertEquals(libc_h.POLLIN(), pollfd.revents(poll));
        } finally {
            Libc.close(counter);
        }
    }

    @Test
    void shouldNotAllocateOnceWarm() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        MemorySegment poll = arena.allocate(pollfd.layout());
        pollfd.fd(poll, -1);

        long allocatedBytes = Long.MAX_VALUE;
        for (int round = 0; round < MAX_ROUNDS && allocatedBytes > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            int failed = 0;
            for (int i = 0; i < CALLS_PER_ROUND; i++) {
                failed += (SocketCalls.wakeTx(-1) ? 0 : 1)
                        + (SocketCalls.wakeRx(-1) ? 0 : 1)
                        + SocketCalls.poll(poll, 1, 0);
            }
            allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
            assertEquals(2 * CALLS_PER_ROUND, failed);
        }

        assertEquals(0, allocatedBytes, "bytes in " + CALLS_PER_ROUND + " rounds of all calls");
    }
}
