package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Lease;
import io.millrace.Stage;
import io.millrace.afxdp.CrankedPort;
import io.millrace.bindings.Libc;
import io.millrace.spi.SleepLimit;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sleeps in poll(2) when only the kernel can bring work; naps when something comes back by itself. */
@Timeout(30)
class KernelWaitTest {
    private static final int ROUNDS = 5;
    private static final long SLEEP_NS = 40_000_000;
    private static final long TIMER_NS = 8_500_000;

    private final Arena arena = Arena.ofShared();
    private int fd = -1;

    @AfterEach
    void close() {
        if (fd >= 0) {
            Libc.close(fd);
        }
        arena.close();
    }

    /** @param readable whether the descriptor that stands for the socket has something to read */
    private Crank crank(boolean readable, Stage stage) {
        fd = Libc.eventfd(readable ? 1 : 0, 0);
        port = new CrankedPort(arena, 0, 32, 16, 8, fd);
        return Crank.inline(port, stage);
    }

    private CrankedPort port;

    private KernelWait wait(Crank crank) {
        return new KernelWait(arena, crank.ports, new Outstanding(crank.pipeline, crank.leases, crank.ports));
    }

    /** The quickest of some: a busy machine only makes it longer. */
    private static long quickestIdleNs(KernelWait wait) {
        long quickest = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            long start = System.nanoTime();
            wait.idle(0);
            quickest = Math.min(quickest, System.nanoTime() - start);
        }
        return quickest;
    }

    @Test
    void shouldSleepWhenNothingIsOut() {
        long idleNs = quickestIdleNs(wait(crank(false, frame -> {})));
        assertTrue(idleNs > SLEEP_NS, () -> idleNs + " ns");
    }

    @Test
    void shouldReturnAtOnceWhenThereIsSomethingToReceive() {
        long idleNs = quickestIdleNs(wait(crank(true, frame -> {})));
        assertTrue(idleNs < SLEEP_NS, () -> idleNs + " ns");
    }

    @Test
    void shouldNotWaitAfterWork() {
        KernelWait wait = wait(crank(false, frame -> {}));
        long start = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            wait.idle(1);
        }
        assertTrue(System.nanoTime() - start < 100 * SLEEP_NS);
        assertEquals("wait", wait.alias());
    }

    @Test
    void shouldNapWhileLeasesAreOut() {
        List<Lease> leases = new ArrayList<>();
        Crank crank = crank(false, frame -> leases.add(frame.lease()));
        port.arrive(1, 0);
        crank.turn();
        KernelWait wait = wait(crank);
        assertTrue(quickestIdleNs(wait) < SLEEP_NS);
        leases.getFirst().close();
        crank.turn();
        assertTrue(quickestIdleNs(wait) > SLEEP_NS);
    }

    @Test
    void shouldNapWhileTheKernelSends() {
        Crank crank = crank(false, frame -> frame.forward(0));
        port.arrive(1, 0);
        crank.turn();
        KernelWait wait = wait(crank);
        assertTrue(quickestIdleNs(wait) < SLEEP_NS);
        port.send();
        crank.turn();
        assertTrue(quickestIdleNs(wait) > SLEEP_NS);
    }

    @Test
    void shouldSleepNoLongerThanUntilTheNextTimer() {
        Crank crank = crank(false, frame -> {});
        long dueNs = System.nanoTime() + TIMER_NS;
        KernelWait wait = new KernelWait(arena, crank.ports, new SleepLimit() {
            @Override
            public boolean framesAreOut() {
                return false;
            }

            @Override
            public long nanosUntilDue() {
                return dueNs - System.nanoTime();
            }
        });
        int turns = 0;
        while (System.nanoTime() < dueNs) {
            wait.idle(0);
            turns++;
        }
        assertTrue(System.nanoTime() - dueNs < SLEEP_NS - TIMER_NS, "in time");
        assertTrue(turns < TIMER_NS / 10_000, "and asleep until then");
    }
}
