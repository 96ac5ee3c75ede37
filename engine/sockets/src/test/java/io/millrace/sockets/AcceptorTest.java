package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.AF_INET;
import static io.millrace.bindings.libc.libc_h.ECANCELED;
import static io.millrace.bindings.libc.libc_h.ECONNABORTED;
import static io.millrace.bindings.libc.libc_h.EINTR;
import static io.millrace.bindings.libc.libc_h.EMFILE;
import static io.millrace.bindings.libc.libc_h.ENFILE;
import static io.millrace.bindings.libc.libc_h.ENOBUFS;
import static io.millrace.bindings.libc.libc_h.ENOMEM;
import static io.millrace.bindings.libc.libc_h.EPERM;
import static io.millrace.bindings.libc.libc_h.EPROTO;
import static io.millrace.bindings.libc.libc_h.SOCK_STREAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.Errno;
import io.millrace.bindings.Libc;
import io.millrace.bindings.Sockets;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.statistics.ConnectionsState;
import io.millrace.statistics.PortCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a failed accept does to the clients behind it; the test says what the kernel would. */
class AcceptorTest {
    private static final int ID = 3;
    private static final int OTHER_ID = 4;
    private static final long PAUSE_NS = 50_000_000;
    private static final long PATIENCE_NS = 10_000_000_000L;

    private final StreamCrank crank = new StreamCrank(8, 4, null);
    private UringDevice device;
    private int listener;
    private Acceptor acceptor;

    @BeforeEach
    void open() {
        device = UringOpener.open(UringKeysTest.ring(256, 512), new EngineCounters(), UringOpener.LADDER);
        listener = Libc.socket(AF_INET(), SOCK_STREAM(), 0);
        Sockets.listen(listener, 8);
        device.registerFile(listener);
        device.portsOpened();
        device.enable();
        acceptor = acceptor(ID);
        acceptor.check();
    }

    private Acceptor acceptor(int id) {
        Acceptor made = new Acceptor(
                device.uring(), device.spareDescriptors(), crank.lifecycle, crank.clock, crank.counters, id, 0);
        device.uring().add(id, new Accepting(made));
        return made;
    }

    /** The port of an acceptor. */
    private record Accepting(Acceptor acceptor) implements CompletionHandler {
        @Override
        public boolean onCompletion(long userData, int result, int flags, FrameInlet inlet) {
            if (StreamOperation.of(userData) == StreamOperation.ACCEPT) {
                acceptor.onCompletion(StreamOperation.ACCEPT, 0, result, flags);
            }
            return true;
        }

        @Override
        public boolean resume(FrameInlet inlet) {
            return true;
        }

        @Override
        public void quiesce() {
            acceptor.stop();
        }

        @Override
        public int underWay() {
            return acceptor.underWay();
        }
    }

    @AfterEach
    void close() {
        device.quiesce(CrankedRing.NOWHERE);
        device.close();
        Libc.close(listener);
        crank.close();
    }

    /** Returns whether it accepts again in the same duty cycle. */
    private boolean goesOnAfter(int errno) {
        acceptor.onCompletion(StreamOperation.ACCEPT, 0, -errno, 0);
        acceptor.check();
        return acceptor.underWay() == 1;
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        }
    }

    private Map<String, Long> told() {
        return crank.counters.errors().getOrDefault("accept_failed", Map.of());
    }

    @Test
    void shouldLetNobodyWaitForAnErrorOfOneClient() {
        for (int errno : new int[] {ECONNABORTED(), EPERM(), EPROTO()}) {
            assertTrue(goesOnAfter(errno), () -> Errno.name(errno));
            assertEquals(ConnectionsState.LISTENING, acceptor.state());
        }
        assertEquals(3, crank.count(PortCounter.ACCEPT_FAILED));
        assertEquals(Map.of("ECONNABORTED", 1L, "EPERM", 1L, "EPROTO", 1L), told());
    }

    @Test
    void shouldPauseForWhatTheHostLacks() {
        for (int errno : new int[] {EMFILE(), ENFILE(), ENOBUFS(), ENOMEM()}) {
            crank.clock.set(System.nanoTime());
            long start = System.nanoTime();
            assertTrue(!goesOnAfter(errno), () -> Errno.name(errno));
            assertEquals(ConnectionsState.WAITING, acceptor.state());
            while (acceptor.underWay() == 0 && System.nanoTime() - start < PATIENCE_NS) {
                crank.clock.set(System.nanoTime());
                acceptor.check();
            }
            assertEquals(1, acceptor.underWay());
            assertEquals(ConnectionsState.LISTENING, acceptor.state());
            assertTrue(System.nanoTime() - start >= PAUSE_NS);
            assertEquals(1, told().get(Errno.name(errno)));
        }
    }

    /** A process that is short of descriptors needs some to report it. */
    @Test
    void shouldLeaveSomeDescriptorsToTheProcess() throws IOException {
        long before = openDescriptors();
        assertTrue(!goesOnAfter(EMFILE()));
        assertTrue(openDescriptors() <= before - 16);
        while (acceptor.underWay() == 0) {
            crank.clock.set(System.nanoTime());
            acceptor.check();
        }
        assertEquals(before, openDescriptors());
    }

    /** Otherwise its clients would get the descriptors that were left. */
    @Test
    void shouldAcceptAtNoOtherPortMeanwhile() throws IOException {
        Acceptor other = acceptor(OTHER_ID);
        other.check();
        device.uring().submit();
        assertTrue(!goesOnAfter(EMFILE()));
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (other.underWay() == 1) {
            assertTrue(System.nanoTime() - deadline < 0, "still accepts");
            other.check();
            device.uring().submit();
            device.uring().dispatch(CrankedRing.NOWHERE);
        }
        long left = openDescriptors();
        other.check();
        assertEquals(0, other.underWay(), "it would take back what the process was left");
        assertEquals(ConnectionsState.WAITING, other.state());
        assertEquals(left, openDescriptors());
        while (other.underWay() == 0) {
            assertTrue(System.nanoTime() - deadline < 0, "accepts again after the pause");
            crank.clock.set(System.nanoTime());
            other.check();
        }
        assertEquals(left + 16, openDescriptors());
        assertEquals(ConnectionsState.LISTENING, other.state());
        assertEquals(1, crank.count(PortCounter.ACCEPT_FAILED));
    }

    /** So many errors can't all be those of clients; retrying at once would keep a CPU busy. */
    @Test
    void shouldPauseAfterManyErrorsInARow() {
        int inARow = 0;
        while (goesOnAfter(ECONNABORTED())) {
            inARow++;
            assertTrue(inARow < 1_000, "it pauses");
        }
        assertEquals(ConnectionsState.WAITING, acceptor.state());
        assertTrue(inARow > 10, "a few clients may leave");
    }

    @Test
    void shouldTakeNoInterruptionForAFailure() {
        assertTrue(goesOnAfter(EINTR()));
        assertTrue(goesOnAfter(ECANCELED()));
        assertEquals(0, crank.count(PortCounter.ACCEPT_FAILED));
        assertEquals(Map.of(), told());
    }
}
