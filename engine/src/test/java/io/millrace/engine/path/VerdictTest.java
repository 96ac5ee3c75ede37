package io.millrace.engine.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Verdict;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
        slot.set(0, 0, 0, 0);
        slot.decide(Verdict.forward(1, 3));
        slot.decide(Verdict.forward(0, 4));
        assertEquals(Verdict.forward(1, 3), slot.verdict);
        slot.decide(Verdict.drop(0));
        slot.decide(Verdict.forward(2, 0));
        assertEquals(Verdict.drop(0), slot.verdict);
        slot.set(0, 0, 0, 0);
        assertEquals(Verdict.NONE, slot.verdict);
        assertEquals(0, slot.leases);
    }

    @Test
    @Timeout(30)
    void shouldAgreeWhenStagesDecideAtTheSameTime() throws Exception {
        int rounds = 20_000;
        FrameSlot slot = new FrameSlot();
        int[][] verdicts = new int[2][rounds];
        Random random = new Random(7);
        for (int i = 0; i < rounds; i++) {
            verdicts[0][i] = random.nextBoolean() ? Verdict.drop(0) : Verdict.forward(0, random.nextInt(4));
            verdicts[1][i] = random.nextBoolean() ? Verdict.drop(1) : Verdict.forward(1, random.nextInt(4));
        }
        CyclicBarrier barrier = new CyclicBarrier(2);
        Thread other = Thread.ofPlatform().start(() -> decide(slot, barrier, verdicts[1], null));
        int[] agreed = new int[rounds];
        decide(slot, barrier, verdicts[0], agreed);
        other.join();
        for (int i = 0; i < rounds; i++) {
            assertEquals(Math.max(verdicts[0][i], verdicts[1][i]), agreed[i]);
        }
    }

    /** The first thread also counts leases, resets the slot and notes the outcome. */
    private static void decide(FrameSlot slot, CyclicBarrier barrier, int[] verdicts, int[] agreed) {
        try {
            for (int i = 0; i < verdicts.length; i++) {
                if (agreed != null) {
                    slot.set(0, 0, 0, 0);
                }
                barrier.await();
                slot.decideConcurrently(verdicts[i]);
                slot.countLease();
                barrier.await();
                if (agreed != null) {
                    agreed[i] = slot.leases == 2 ? slot.verdict : -1;
                }
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
