package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.statistics.KernelStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.RootOnly;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More frames than an engine can take: the XDP program drops them, all are counted, and it is over when they end. */
@RootOnly
@Timeout(60)
class EarlyDropTest {
    @RegisterExtension
    static final Rig rig = Rig.shared();

    private static final long MANY = 500_000;
    private static final int AFTER = 100;
    private static final long FRAME_NS = 2_000;

    /** A stage that is slow while there are too many frames. */
    private static final class Slow implements Stage {
        private volatile boolean slow = true;

        @Override
        public void onFrame(Frame frame) {
            long until = System.nanoTime() + FRAME_NS;
            while (slow && System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
        }
    }

    private static long seen(PortStatistics port) {
        return port.get(PortCounter.RX_FRAMES)
                + port.kernel().rxRingFull()
                + port.kernel().rxDropped();
    }

    /** Whether, of many frames dropped one after the other, the program dropped most. */
    private static final class Sample {
        private KernelStatistics before = KernelStatistics.ZERO;

        boolean isMostlyEarly(KernelStatistics now) {
            long all = now.rxRingFull() - before.rxRingFull();
            long early = now.rxEarlyDropped() - before.rxEarlyDropped();
            if (all > MANY) {
                before = now;
            }
            return all > MANY && early > all - early;
        }
    }

    private static PortStatistics overload(Engine engine, Slow stage, Predicate<KernelStatistics> enough) {
        Load load = rig.load();
        Await.until(
                "frames dropped by a full ring",
                () -> enough.test(Rig.port(engine).kernel()));
        long flood = load.stop().sent();
        stage.slow = false;
        Await.until("all frames seen", () -> seen(Rig.port(engine)) == flood);
        long lost = Rig.port(engine).kernel().rxRingFull();
        rig.traffic().send(TrafficPlan.frames(AFTER));
        Await.until("the frames after it", () -> seen(Rig.port(engine)) == flood + AFTER);
        engine.close();
        Accounts.assertHome(engine.statistics());
        PortStatistics port = Rig.port(engine);
        assertEquals(lost, port.kernel().rxRingFull(), "dropped after the flood");
        return port;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode = inline", "mode = inline, idle = wait", "mode = pipelined, ring-size = 64"})
    void shouldDropMostInTheProgramAndNothingWhenTheFloodIsOver(String mode) {
        Slow stage = new Slow();
        Engine engine = rig.start(Rig.config(mode, "", "{ stage = drop }"), "slow", stage);
        // The kernel drops most while something else has the poller's core: such a sample is taken again.
        overload(engine, stage, new Sample()::isMostlyEarly);
    }

    @Test
    void shouldLeaveItToTheKernelWhenItIsOff() {
        Slow stage = new Slow();
        PortStatistics port = overload(
                rig.start(Rig.config("mode = inline", "early-drop = off", "{ stage = drop }"), "slow", stage),
                stage,
                kernel -> kernel.rxRingFull() > MANY);
        assertEquals(0, port.kernel().rxEarlyDropped());
    }
}
