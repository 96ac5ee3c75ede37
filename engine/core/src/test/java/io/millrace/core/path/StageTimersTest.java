package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.Test;

class StageTimersTest {
    private static final int STEPS = 300_000;
    private static final int LONGEST_NS = 1_000;

    private final CachedNanoClock clock = new CachedNanoClock();
    private final StageTimers timers = new StageTimers(clock);

    private StageTimers started() {
        timers.start();
        return timers;
    }

    private List<Long> due() {
        List<Long> ids = new ArrayList<>();
        while (timers.isDue(clock.nanoTime())) {
            ids.add(timers.take());
        }
        return ids;
    }

    @Test
    void shouldFireInTheOrderOfDeadlinesAndNotBefore() {
        started();
        long late = timers.schedule(30);
        long early = timers.schedule(10);
        long past = timers.schedule(-5);
        assertEquals(List.of(past), due());
        assertEquals(10, timers.nanosUntilDue());
        clock.update(29);
        assertEquals(List.of(early), due());
        assertEquals(1, timers.nanosUntilDue());
        clock.update(30);
        assertEquals(List.of(late), due());
        assertEquals(Long.MAX_VALUE, timers.nanosUntilDue());
        assertTrue(timers.isEmpty());
    }

    @Test
    void shouldCancelOnceAndNotTheNextTimerOfTheSlot() {
        started();
        long first = timers.schedule(10);
        assertTrue(timers.cancel(first));
        assertFalse(timers.cancel(first));
        long second = timers.schedule(10);
        assertNotEquals(first, second);
        assertFalse(timers.cancel(first));
        assertEquals(1, timers.pending());
        clock.update(10);
        assertEquals(List.of(second), due());
        assertFalse(timers.cancel(second), "it has fired");
    }

    @Test
    void shouldRefuseIdsThatItNeverGave() {
        started();
        timers.schedule(10);
        for (long id : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1, 1L << 24 | 1_000}) {
            assertFalse(timers.cancel(id), () -> "id " + id);
        }
        assertEquals(1, timers.pending());
    }

    @Test
    void shouldNeverFireAtTheLatestDeadline() {
        started();
        timers.schedule(Long.MAX_VALUE);
        clock.update(-1_000); // the difference overflows
        assertEquals(Long.MAX_VALUE, timers.nanosUntilDue());
        clock.update(Long.MAX_VALUE - 1);
        assertEquals(List.of(), due());
    }

    @Test
    void shouldSayHowLongItIsWhateverTheClockAndTheDeadlineAre() {
        started();
        clock.update(1_000);
        long longAgo = timers.schedule(Long.MIN_VALUE);
        assertEquals(0, timers.nanosUntilDue(), "and not for ever");
        assertTrue(timers.cancel(longAgo));
        clock.update(-1_000);
        timers.schedule(Long.MAX_VALUE - 1);
        assertEquals(Long.MAX_VALUE, timers.nanosUntilDue(), "and not due");
        assertEquals(List.of(), due());
    }

    @Test
    void shouldBeForTheStagesThreadAlone() {
        assertThrows(IllegalStateException.class, () -> timers.schedule(1), "before the start");
        started();
        CompletionException thrown = assertThrows(
                CompletionException.class,
                () -> CompletableFuture.runAsync(() -> timers.schedule(1)).join());
        assertEquals(IllegalStateException.class, thrown.getCause().getClass());
        assertTrue(timers.isEmpty());
    }

    @Test
    void shouldBeAskedForInConfigureOnly() {
        OwnWork work = new OwnWork(clock);
        assertFalse(work.isWanted());
        assertEquals(work.timers(), work.askForTimers());
        assertTrue(work.isWanted());
        work.configured();
        assertThrows(IllegalStateException.class, work::askForTimers);
        assertThrows(IllegalStateException.class, () -> work.poll(() -> 0));
    }

    @Test
    void shouldTakeAMillion() {
        started();
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < 1_000_000; i++) {
            ids.add(timers.schedule(i ^ 0x5555));
        }
        assertEquals(1_000_000, ids.size());
        clock.update(2_000_000);
        long before = Long.MIN_VALUE;
        for (int i = 0; i < 1_000_000; i++) {
            long inNs = timers.nanosUntilDue();
            assertTrue(inNs >= before, "in order");
            before = inNs;
            assertTrue(ids.remove(timers.take()));
        }
        assertTrue(timers.isEmpty());
    }

    /** Compares with a sorted map of what is pending. */
    @Test
    void shouldAgreeWithASortedMapWhateverIsDone() {
        started();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TreeMap<Long, Set<Long>> pending = new TreeMap<>();
        List<long[]> known = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            int turn = step;
            long nowNs = clock.nanoTime();
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    long deadline = nowNs + random.nextInt(LONGEST_NS) - LONGEST_NS / 10;
                    long id = timers.schedule(deadline);
                    assertTrue(pending.computeIfAbsent(deadline, none -> new HashSet<>())
                            .add(id));
                    known.add(new long[] {id, deadline});
                }
                case 2 -> {
                    if (!known.isEmpty()) {
                        long[] timer = known.remove(random.nextInt(known.size()));
                        Set<Long> same = pending.getOrDefault(timer[1], Set.of());
                        assertEquals(same.contains(timer[0]), timers.cancel(timer[0]), () -> "seed " + seed);
                        forget(pending, timer[1], timer[0]);
                    }
                }
                default -> {
                    clock.advance(random.nextInt(LONGEST_NS / 20));
                    while (timers.isDue(clock.nanoTime())) {
                        long first = pending.firstKey();
                        long id = timers.take();
                        assertTrue(pending.get(first).contains(id), () -> "seed " + seed + ", step " + turn);
                        forget(pending, first, id);
                    }
                    assertTrue(pending.isEmpty() || pending.firstKey() > clock.nanoTime(), () -> "seed " + seed);
                }
            }
        }
        assertEquals(pending.values().stream().mapToInt(Set::size).sum(), timers.pending());
    }

    private static void forget(TreeMap<Long, Set<Long>> pending, long deadline, long id) {
        Set<Long> same = pending.get(deadline);
        if (same != null && same.remove(id) && same.isEmpty()) {
            pending.remove(deadline);
        }
    }
}
