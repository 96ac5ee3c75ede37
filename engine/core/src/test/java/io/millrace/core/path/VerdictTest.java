package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Verdict;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verdicts, one and several, in order and at the same time. */
class VerdictTest {
    private static final int LAST = Verdict.MAX_STAGES - 1;

    @Test
    void shouldTellStageAndPortForAllOfThem() {
        for (int stage : new int[] {0, 1, 255, LAST}) {
            for (int port : new int[] {0, 1, 0xffff}) {
                int forward = Verdict.forward(stage, port);
                assertTrue(Verdict.isForward(forward) && !Verdict.isDrop(forward));
                assertEquals(stage, Verdict.stageIndex(forward));
                assertEquals(port, Verdict.portId(forward));
                assertTrue(forward > Verdict.NONE);
                assertTrue(Verdict.drop(0) > forward, "a drop beats every forward");
                assertTrue(forward < Verdict.ABANDONED);
            }
            int drop = Verdict.drop(stage);
            assertTrue(Verdict.isDrop(drop) && !Verdict.isForward(drop));
            assertEquals(stage, Verdict.stageIndex(drop));
            assertTrue(drop < Verdict.ABANDONED, "and abandoning beats a drop");
        }
        assertFalse(Verdict.isDrop(Verdict.NONE) || Verdict.isForward(Verdict.NONE));
        assertTrue(Verdict.isDrop(Verdict.ABANDONED));
        assertTrue(Verdict.forward(1, 0) > Verdict.forward(0, 0xffff), "the later stage's forward wins");
    }

    @Test
    void shouldKeepTheLargerVerdict() {
        FrameSlot slot = new FrameSlot();
        slot.set(0, 0, FrameSlot.NO_CONNECTION, 0, 0);
        slot.decide(Verdict.forward(1, 3));
        slot.decide(Verdict.forward(0, 4));
        assertEquals(Verdict.forward(1, 3), slot.verdict);
        slot.decide(Verdict.drop(0));
        slot.decide(Verdict.forward(2, 0));
        assertEquals(Verdict.drop(0), slot.verdict);
        slot.set(0, 0, FrameSlot.NO_CONNECTION, 0, 0);
        assertEquals(Verdict.NONE, slot.verdict);
        assertEquals(0, slot.leases);
    }

    private static FrameSlot undecided() {
        FrameSlot slot = new FrameSlot();
        slot.set(0, 0, FrameSlot.NO_CONNECTION, 0, 0);
        return slot;
    }

    @Test
    void shouldTakeTheLastWordOfOneStage() {
        FrameSlot slot = undecided();
        slot.decide(Verdict.forward(1, 7));
        slot.decide(Verdict.forward(1, 2));
        assertEquals(Verdict.forward(1, 2), slot.verdict, "not the larger port");
        slot.decide(Verdict.drop(1));
        assertEquals(Verdict.drop(1), slot.verdict);
        slot.decide(Verdict.forward(1, 3));
        assertEquals(Verdict.forward(1, 3), slot.verdict);
    }

    @Test
    void shouldForgetTheConnectionThatAnotherVerdictNamed() {
        FrameSlot slot = undecided();
        slot.decide(Verdict.forward(0, 0), 4711);
        assertEquals(4711, slot.target());
        slot.decide(Verdict.forward(1, 1));
        assertEquals(FrameSlot.NO_TARGET, slot.target(), "the later stage named none");
        slot.decide(Verdict.forward(1, 1), 4712);
        slot.decide(Verdict.forward(0, 9), 4713);
        assertEquals(4712, slot.target(), "an earlier stage's verdict does not count, nor what it names");
        slot.decide(Verdict.forward(1, 2));
        assertEquals(FrameSlot.NO_TARGET, slot.target(), "nor does what the stage named before");
        FrameSlot parallel = undecided();
        parallel.decide(Verdict.forward(0, 0), 4711);
        parallel.decideConcurrently(Verdict.forward(2, 1), 1);
        assertEquals(FrameSlot.NO_TARGET, parallel.target());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTakeBackWhatWasAskedForTheOtherWayOut(boolean concurrently) {
        FrameSlot slot = new FrameSlot(new SlotRequest(SlotRequest.LAUNCH | SlotRequest.STAMP));
        slot.set(0, 0, FrameSlot.NO_CONNECTION, 0, 0);
        slot.decide(Verdict.forward(0, 0));
        slot.turn();
        slot.markLast();
        SlotRequest.ask(slot, SlotRequest.LAUNCH, false);
        SlotRequest.ask(slot, SlotRequest.STAMP, false);
        slot.decide(Verdict.forward(0, 2));
        assertTrue(slot.isLast(), "one stage asks for what it likes in any order");
        if (concurrently) {
            slot.decideConcurrently(Verdict.forward(1, 1), 1);
        } else {
            slot.decide(Verdict.forward(1, 1));
        }
        assertFalse(slot.isLast());
        assertEquals(SlotRequest.STAMP, slot.requests(), "what is about the frame stays");
        assertTrue(slot.isTurned());
    }

    @Test
    void shouldKeepWhatWasAskedForBeforeAnyForward() {
        FrameSlot slot = undecided();
        slot.markLast();
        slot.decide(Verdict.forward(1, 1));
        assertTrue(slot.isLast());
    }

    /** Two threads run through the same slots side by side, so that they meet in some of them. */
    @Test
    @Timeout(60)
    void shouldAgreeWhenStagesDecideAtTheSameTime() throws Exception {
        int rounds = 300;
        FrameSlot[] slots = Stream.generate(FrameSlot::new).limit(5_000).toArray(FrameSlot[]::new);
        int[][] verdicts = new int[2][slots.length];
        Random random = new Random(7);
        for (int i = 0; i < slots.length; i++) {
            verdicts[0][i] = random.nextBoolean() ? Verdict.drop(0) : Verdict.forward(0, random.nextInt(4));
            verdicts[1][i] = random.nextBoolean() ? Verdict.drop(1) : Verdict.forward(1, random.nextInt(4));
        }
        for (int round = 0; round < rounds; round++) {
            for (FrameSlot slot : slots) {
                slot.set(0, 0, FrameSlot.NO_CONNECTION, 0, 0);
            }
            AtomicInteger ready = new AtomicInteger();
            Thread other = Thread.ofPlatform().start(() -> decide(slots, verdicts[1], ready));
            decide(slots, verdicts[0], ready);
            other.join();
            for (int i = 0; i < slots.length; i++) {
                assertEquals(Math.max(verdicts[0][i], verdicts[1][i]), slots[i].verdict);
                assertEquals(2, slots[i].leases);
            }
        }
    }

    private static void decide(FrameSlot[] slots, int[] verdicts, AtomicInteger ready) {
        ready.incrementAndGet();
        while (ready.get() < 2) {
            Thread.onSpinWait();
        }
        for (int i = 0; i < slots.length; i++) {
            slots[i].decideConcurrently(verdicts[i]);
            slots[i].countLease();
        }
    }
}
