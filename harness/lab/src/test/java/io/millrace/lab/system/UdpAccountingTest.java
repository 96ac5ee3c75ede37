package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Lease;
import io.millrace.Stage;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.RootOnly;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a UDP port: sent = received + each named drop, exactly, and every frame of the memory comes home. */
@RootOnly
@Timeout(60)
class UdpAccountingTest {
    private static final int STOPS = 3;
    private static final int COUNT = 70_000;
    private static final int CAPACITY = 2048 - 32;

    private final UdpRig rig = new UdpRig();

    @AfterEach
    void endTest() {
        rig.close();
    }

    /** A verdict of each kind, by turns; every seventh frame makes the stage throw. */
    private static final class EveryVerdict implements Stage {
        private long seen;

        @Override
        public void onFrame(Frame frame) {
            switch ((int) (seen++ % 7)) {
                case 0 -> frame.drop();
                case 1 -> frame.forward(0);
                case 2 -> {
                    frame.length(0);
                    frame.forward(0);
                }
                case 3 -> {
                    frame.length(frame.capacity());
                    frame.forward(0);
                }
                case 4 -> throw new IllegalStateException("every seventh");
                case 5 -> frame.length(frame.capacity() + 1);
                default -> {}
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldAccountForEveryDatagram(String mode) {
        Engine engine =
                rig.start(UdpRig.config("mode = " + mode, "", "{ stage = count }"), "every", new EveryVerdict());
        UdpClient client = rig.client(engine);
        int echoes = 0;
        long bytes = 0;
        for (int i = 0; i < COUNT; i++) {
            client.send(new byte[100]);
            if (i % 7 == 3) { // of each seven three come back
                echoes += 3;
                for (int n = 0; n < 3; n++) {
                    bytes += client.receive().length;
                }
            }
        }
        engine.close();
        EngineStatistics last = engine.statistics();
        Accounts.assertHome(last);
        PortStatistics port = last.ports().getFirst();
        assertEquals(COUNT, port.get(PortCounter.RX_FRAMES));
        assertEquals(COUNT * 100L, port.get(PortCounter.RX_BYTES));
        assertEquals(COUNT / 7 * 3, port.get(PortCounter.DROPPED_BY_STAGE), port::toString);
        assertEquals(COUNT / 7 * 3, port.get(PortCounter.FORWARDED), port::toString);
        assertEquals(COUNT / 7, port.get(PortCounter.CONSUMED), port::toString);
        assertEquals(echoes, port.get(PortCounter.TX_FRAMES));
        assertEquals(bytes, port.get(PortCounter.TX_BYTES));
        assertEquals(COUNT / 7 * (100L + CAPACITY), bytes);
        assertEquals(COUNT / 7 * 2, last.stages().getFirst().errors());
        assertEquals(COUNT / 7 * 4, last.stages().get(1).frames());
    }

    @ParameterizedTest
    @CsvSource({"inline, off", "pipelined, off", "pipelined, on", "inline, on"})
    void shouldBringEveryFrameHomeWhenStoppedUnderLoad(String mode, String sqPoll) {
        for (int i = 0; i < STOPS; i++) {
            String more = i == 0 ? "" : i == 1 ? UdpRig.COALESCED : "zero-copy-above = 0, gso = on, sends = 64";
            Engine engine = rig.start(UdpRig.config(
                    "mode = " + mode + ", uring { sqpoll = " + sqPoll + " }",
                    more,
                    i == 2 ? "{ stage = drop }" : UdpRig.ECHO));
            Flood flood = rig.add(Flood.of(UdpRig.address(engine), 300));
            Await.until("receiving", () -> UdpRig.port(engine).get(PortCounter.RX_FRAMES) > 20_000);
            engine.close();
            Accounts.assertHome(engine.statistics());
            PortStatistics last = UdpRig.port(engine);
            assertTrue(
                    flood.stop()
                            >= last.get(PortCounter.RX_FRAMES) + last.kernel().rxDropped(),
                    last::toString);
            assertEquals(last.get(PortCounter.FORWARDED), last.get(PortCounter.TX_FRAMES), last::toString);
        }
    }

    /** Whatever the stage has time for: each datagram is received or counted as dropped by the kernel. */
    @ParameterizedTest
    @CsvSource({"inline, ''", "pipelined, ''", "pipelined, 'frames = 64, buffers = 16, batch = 16'"})
    void shouldCountWhatTheKernelDrops(String mode, String more) {
        CountDownLatch free = new CountDownLatch(1);
        Engine engine = rig.start(
                UdpRig.config(
                        "mode = " + mode + ", ring-size = 64", "receive-buffer = 64KiB, " + more, "{ stage = drop }"),
                "slow",
                frame -> free.await());
        UdpClient client = rig.client(engine);
        for (int i = 0; i < COUNT; i++) {
            client.send(new byte[200]);
        }
        assertTrue(
                UdpRig.port(engine).kernel().rxDropped() > 0,
                () -> UdpRig.port(engine).toString());
        free.countDown();
        engine.close();
        Accounts.assertHome(engine.statistics());
        PortStatistics last = UdpRig.port(engine);
        assertEquals(COUNT, last.get(PortCounter.RX_FRAMES) + last.kernel().rxDropped(), last::toString);
        assertEquals(0, last.get(PortCounter.DROPPED_AT_STOP), last::toString);
    }

    /** The stages keep all frames, so that the rest can't be received: it is counted, too. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldCountWhatWaitsInTheKernelWhenThereAreNoFramesToReceiveInto(String mode) {
        int frames = 8;
        int sent = 100;
        List<Lease> leases = new ArrayList<>();
        Engine engine = rig.start(
                UdpRig.config("mode = " + mode, "batch = 8, buffers = 8, frames = " + frames, "{ stage = drop }"),
                "keep",
                frame -> leases.add(frame.lease()));
        UdpClient client = rig.client(engine);
        for (int i = 0; i < sent; i++) {
            client.send(new byte[50]);
        }
        Await.until("leased", () -> UdpRig.port(engine).frames().leased() == frames);
        engine.close();
        Accounts.assertSettled(engine.statistics());
        PortStatistics last = UdpRig.port(engine);
        assertEquals(frames, last.frames().leased(), last::toString);
        assertEquals(sent, last.get(PortCounter.RX_FRAMES) + last.kernel().rxDropped(), last::toString);
        assertEquals(sent * 50, last.get(PortCounter.RX_BYTES), last::toString);
        assertEquals(sent - frames, last.get(PortCounter.DROPPED_AT_STOP), last::toString);
        leases.forEach(lease -> assertThrows(
                RuntimeException.class, () -> lease.segment().asByteBuffer().get()));
    }

    /** A stage that is too slow for the drain time-out: what it had no time for is counted as dropped at stop. */
    @ParameterizedTest
    @CsvSource({"inline, ''", "pipelined, ''", "pipelined, 'gro = on, frame-size = 128KiB, frames = 16, buffers = 8'"})
    void shouldCountWhatStagesHaveNoTimeFor(String mode, String more) {
        Engine engine = rig.start(
                UdpRig.config("mode = " + mode + ", ring-size = 64, drain-timeout = 300ms", more, "{ stage = drop }"),
                Map.of("slow", frame -> Thread.sleep(2)));
        UdpClient client = rig.client(engine);
        int sent = 2_000;
        for (int i = 0; i < sent; i++) {
            client.send(new byte[50]);
        }
        Await.until("some", () -> UdpRig.port(engine).get(PortCounter.DROPPED_BY_STAGE) > 0);
        engine.close();
        Accounts.assertHome(engine.statistics());
        PortStatistics last = UdpRig.port(engine);
        assertEquals(sent, last.get(PortCounter.RX_FRAMES) + last.kernel().rxDropped(), last::toString);
        assertTrue(last.get(PortCounter.DROPPED_AT_STOP) > 0, last::toString);
    }
}
