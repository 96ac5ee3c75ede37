package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.bindings.Libc;
import io.millrace.bindings.libc.libc_h;
import io.millrace.bindings.uring.uring_h;
import io.millrace.ring.SubmissionEntry;
import io.millrace.spi.counters.EngineCounters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The duty cycle's half of a real ring. */
class UringTest {
    private static final int ECANCELED = 125;

    private UringDevice device;
    private CrankedRing ring;

    private void open(TaskRun mode, int submission, int completion) {
        open(mode, submission, completion, 0);
    }

    private void open(TaskRun mode, int submission, int completion, long minWaitNs) {
        device = UringOpener.open(
                UringKeysTest.ring(submission, completion).with(UringKeys.MIN_WAIT, minWaitNs),
                new EngineCounters(),
                List.of(mode));
        device.enable();
        ring = new CrankedRing(device);
    }

    @AfterEach
    void close() {
        device.quiesce(CrankedRing.NOWHERE);
        assertTrue(device.isQuiet());
        device.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeMoreThanTheQueueHolds(TaskRun mode) {
        open(mode, 8, 1024);
        ring.doNothing(500);
        assertEquals(0, device.uringStatistics().orElseThrow().overflows());
        assertEquals(0, device.uringStatistics().orElseThrow().failures());
    }

    /** What finds no room waits in the kernel, and comes in order when there is room again. */
    @ParameterizedTest
    @EnumSource
    void shouldLoseNothingWhenCompletionsFindNoRoom(TaskRun mode) {
        open(mode, 8, 16);
        for (int round = 0; round < 10; round++) {
            ring.doNothing(200);
        }
        assertTrue(
                device.uringStatistics().orElseThrow().overflows() > 0,
                () -> device.uringStatistics().orElseThrow().toString());
        assertEquals(0, device.uringStatistics().orElseThrow().failures());
    }

    @Test
    void shouldHandOverNothingElseWhileSomethingIsLeft() {
        open(TaskRun.DEFERRED, 64, 128);
        ring.room = 10;
        ring.submit(30);
        uring().submit();
        assertEquals(11, uring().dispatch(CrankedRing.NOWHERE));
        for (int i = 1; i <= 3; i++) {
            assertEquals(0, uring().dispatch(CrankedRing.NOWHERE));
            assertEquals(i, ring.resumed);
            assertEquals(11, ring.completed.size());
        }
        ring.room = 100;
        assertEquals(19, uring().dispatch(CrankedRing.NOWHERE));
        assertEquals(4, ring.resumed);
        ring.doNothing(1);
    }

    private Uring uring() {
        return ring.uring;
    }

    @Test
    void shouldHandleNothingTwiceWhenHandlerThrows() {
        open(TaskRun.DEFERRED, 64, 128);
        ring.failAt = 5;
        ring.submit(10);
        uring().submit();
        assertThrows(IllegalStateException.class, () -> uring().dispatch(CrankedRing.NOWHERE));
        assertEquals(6, ring.completed.size());
        uring().dispatch(CrankedRing.NOWHERE);
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), ring.completed);
    }

    /** An eventfd that nobody writes to, polled under an index that the ring's tests do not use otherwise. */
    private long poll(int fd) {
        ring.others++;
        long userData = UserData.of(CrankedRing.ID, 0, 1_000);
        long at = uring().claim();
        SubmissionEntry.write(uring().entries(), at, uring_h.IORING_OP_POLL_ADD(), fd, 0, 0, userData);
        SubmissionEntry.operationFlags(uring().entries(), at, libc_h.POLLIN());
        return userData;
    }

    @ParameterizedTest
    @EnumSource
    void shouldCancelOneOperation(TaskRun mode) {
        open(mode, 8, 16);
        int fd = Libc.eventfd(0, 0);
        long userData = poll(fd);
        uring().submit();
        assertTrue(uring().cancel(userData));
        ring.await(1);
        assertEquals(List.of(-ECANCELED), ring.results);
        Libc.close(fd);
    }

    /** Sleeps until there is something, and no longer than told. */
    @ParameterizedTest
    @EnumSource
    void shouldSleepUntilSomethingCompletes(TaskRun mode) throws Exception {
        open(mode, 8, 16);
        int fd = Libc.eventfd(0, 0);
        poll(fd);
        long start = System.nanoTime();
        uring().await(30_000_000);
        assertTrue(System.nanoTime() - start >= 29_000_000, "slept");
        assertEquals(0, uring().dispatch(CrankedRing.NOWHERE));
        assertEquals(1, device.uringStatistics().orElseThrow().waits());
        Thread writer = Thread.ofPlatform().start(() -> write(fd));
        long deadline = System.nanoTime() + 5_000_000_000L;
        while (ring.completed.isEmpty() && System.nanoTime() - deadline < 0) {
            uring().await(1_000_000_000);
            uring().dispatch(CrankedRing.NOWHERE);
        }
        assertEquals(List.of(libc_h.POLLIN()), ring.results);
        writer.join();
        Libc.close(fd);
        assertEquals(0, device.uringStatistics().orElseThrow().failures());
    }

    /** One completion ends no sleep before its least time; enough of them do. */
    @ParameterizedTest
    @EnumSource
    void shouldSleepOnForMoreUnlessThereIsEnough(TaskRun mode) {
        long minWaitNs = 10_000_000;
        open(mode, 8, 16, minWaitNs);
        assumeTrue(device.features().hasMinWait(), "Linux 6.12");
        uring().wakeAt(2);
        int fd = Libc.eventfd(0, 0);
        write(fd);
        poll(fd);
        long start = System.nanoTime();
        uring().await(5_000_000_000L);
        long oneNs = System.nanoTime() - start;
        uring().dispatch(CrankedRing.NOWHERE);
        assertTrue(oneNs >= minWaitNs && oneNs < 4_000_000_000L, "one: " + oneNs + " ns");
        assertEquals(1, ring.completed.size());

        uring().waitAtLeast(4_000_000, 2);
        poll(fd);
        poll(fd);
        start = System.nanoTime();
        uring().await(5_000_000_000L);
        long twoNs = System.nanoTime() - start;
        uring().dispatch(CrankedRing.NOWHERE);
        assertTrue(twoNs < 2_000_000_000L, "two: " + twoNs + " ns");
        assertEquals(3, ring.completed.size());
        Libc.close(fd);
        assertEquals(0, device.uringStatistics().orElseThrow().failures());
    }

    /** A least time that is no whole microsecond is one, not none: then only enough completions would end a sleep. */
    @Test
    void shouldSleepForAtLeastAMicrosecond() {
        open(TaskRun.DEFERRED, 8, 16, 500);
        int fd = Libc.eventfd(0, 0);
        write(fd);
        poll(fd);
        long start = System.nanoTime();
        uring().await(5_000_000_000L);
        uring().dispatch(CrankedRing.NOWHERE);
        assertTrue(System.nanoTime() - start < 4_000_000_000L, "woken");
        assertEquals(1, ring.completed.size());
        Libc.close(fd);
    }

    /** A wait for less than nothing would not sleep. */
    @Test
    void shouldSleepUntilOneCompletesWhereNothingSaysHowMany() {
        open(TaskRun.DEFERRED, 8, 16);
        uring().wakeAt(0);
        long start = System.nanoTime();
        uring().await(20_000_000);
        assertTrue(System.nanoTime() - start >= 19_000_000, "slept");
    }

    private static void write(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1);
            assertEquals(Long.BYTES, Libc.write(fd, one));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldCancelWhatIsUnderWayAtTheEnd(TaskRun mode) {
        open(mode, 8, 16);
        int fd = Libc.eventfd(0, 0);
        poll(fd);
        uring().submit();
        assertFalse(uring().quiesce(CrankedRing.NOWHERE, 0), "not at once");
        assertTrue(uring().quiesce(CrankedRing.NOWHERE, 5_000_000_000L));
        assertEquals(List.of(-ECANCELED), ring.results);
        Libc.close(fd);
    }
}
