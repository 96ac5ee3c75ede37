package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Lease;
import io.millrace.Stage;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.lab.traffic.TrafficReport;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.RootOnly;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sent = received + each named drop, exactly, and every frame of the memory comes home. */
@RootOnly
@Timeout(60)
class AccountingTest {
    @RegisterExtension
    static final Rig rig = Rig.shared();

    private static final int MILLION = 1_000_000;
    private static final int STOPS = 5;
    private static final String ECHO = "{ stage = reflect }, { stage = forward, to = p }";

    /** Gives each kind of verdict by turns; every seventh frame makes the stage throw. */
    private static final class EveryVerdict implements Stage {
        private long seen;

        @Override
        public void onFrame(Frame frame) {
            switch ((int) (seen++ % 7)) {
                case 0 -> frame.drop();
                case 1 -> frame.forward(0);
                case 2 -> frame.length(0);
                case 3 -> {
                    frame.length(13);
                    frame.forward(0);
                }
                case 4 -> throw new IllegalStateException("every seventh");
                default -> {}
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldAccountForEveryFrameOfMillion(String mode) {
        Engine engine = rig.start(Rig.config("mode = " + mode, "", "{ stage = count }"), "every", new EveryVerdict());
        TrafficReport sent = rig.traffic().send(TrafficPlan.frames(MILLION));
        engine.close();
        EngineStatistics last = engine.statistics();
        Accounts.assertHome(last);
        PortStatistics port = last.ports().getFirst();
        assertEquals(MILLION, sent.sent());
        assertEquals(MILLION, AfXdpStatistics.of(port).matched());
        long received = port.get(PortCounter.RX_FRAMES);
        assertTrue(received > 7, port::toString);
        assertEquals(received * 64, port.get(PortCounter.RX_BYTES));
        assertEquals(0, port.get(PortCounter.DROPPED_AT_STOP));
        assertEquals((received + 6) / 7 + (received + 2) / 7, port.get(PortCounter.DROPPED_BY_STAGE), port::toString);
        assertEquals((received + 3) / 7, port.get(PortCounter.DROPPED_INVALID), port::toString);
        assertEquals((received + 5) / 7, Accounts.frames(port, PortCounter.FORWARDED, PortCounter.DROPPED_TX_FULL));
        assertEquals(port.get(PortCounter.FORWARDED), port.get(PortCounter.TX_FRAMES));
        assertEquals(received, last.stages().getFirst().frames());
        assertEquals((received + 2) / 7, last.stages().getFirst().errors());
        assertEquals(
                received - port.get(PortCounter.DROPPED_BY_STAGE),
                last.stages().get(1).frames());
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldSendWhatItForwards(String mode) {
        Engine engine = rig.start(Rig.config("mode = " + mode, "", ECHO));
        long before = rig.left().counters().rxPackets();
        rig.traffic().send(TrafficPlan.frames(MILLION));
        engine.close();
        Accounts.assertHome(engine.statistics());
        PortStatistics port = engine.statistics().ports().getFirst();
        long forwarded = port.get(PortCounter.FORWARDED);
        assertTrue(forwarded > 0, port::toString);
        assertEquals(forwarded, port.get(PortCounter.TX_FRAMES));
        assertEquals(0, port.kernel().txInvalidDescs());
        long arrived = rig.left().counters().rxPackets() - before;
        assertEquals(forwarded, arrived, 10, "other frames than the engine's are a handful at most");
        assertTrue(arrived >= forwarded, arrived + " of " + forwarded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldBringEveryFrameHomeWhenStoppedUnderLoad(String mode) {
        for (int i = 0; i < STOPS; i++) {
            Engine engine = rig.start(Rig.config("mode = " + mode, "", i % 2 == 0 ? ECHO : "{ stage = drop }"));
            Load load = rig.load();
            Await.until("receiving", () -> Rig.port(engine).get(PortCounter.RX_FRAMES) > 50_000);
            engine.close();
            Accounts.assertHome(engine.statistics());
            assertTrue(
                    load.stop().sent() >= AfXdpStatistics.of(Rig.port(engine)).matched());
            rig.endTest();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldCountFramesOfOpenLeases(String mode) {
        List<Lease> leases = new ArrayList<>();
        int kept = 100;
        Engine engine = rig.start(Rig.config("mode = " + mode, "", "{ stage = forward, to = p }"), "keep", frame -> {
            synchronized (leases) {
                if (leases.size() < kept) {
                    leases.add(frame.lease());
                }
            }
        });
        rig.load();
        Await.until("leased", () -> Rig.port(engine).get(PortCounter.RX_FRAMES) > 50_000);
        synchronized (leases) {
            leases.subList(0, kept / 2).forEach(Lease::close);
            leases.getFirst().close();
        }
        Await.until("half of them back", () -> Rig.port(engine).frames().leased() == kept / 2);
        engine.close();
        EngineStatistics last = engine.statistics();
        Accounts.assertSettled(last);
        assertEquals(kept / 2, last.ports().getFirst().frames().leased());
        leases.forEach(Lease::close); // has no effect now, and does no harm
        assertEquals(kept / 2, Rig.port(engine).frames().leased());
    }
}
