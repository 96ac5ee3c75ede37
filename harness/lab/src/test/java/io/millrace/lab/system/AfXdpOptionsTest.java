package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.Alone;
import io.millrace.testing.RootOnly;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The options of a port's sockets: an ordinary client gets back what it sent, whatever they are. */
@Alone
@RootOnly
@Timeout(60)
class AfXdpOptionsTest {
    @RegisterExtension
    static final Rig rig = Rig.shared();

    private static final String ECHO = "{ stage = reflect }, { stage = forward, to = p }";
    private static final int ECHOES = 300;
    private static final int LONGEST = 1_472;
    private static final long PATIENCE_MS = 10_000;
    private static final int KERNEL_HEADROOM = 256;
    /** Huge pages for engines of other processes: with {@code huge-pages = auto} they take what is free. */
    private static final int OTHERS = 16;

    /** Where frames start in their memory, by what is left of the address. */
    private static final class Starts implements Stage {
        private final int frameSize;
        private final Set<Long> offsets = ConcurrentHashMap.newKeySet();
        private final Set<Integer> rooms = ConcurrentHashMap.newKeySet();

        Starts(int frameSize) {
            this.frameSize = frameSize;
        }

        @Override
        public void onFrame(Frame frame) {
            offsets.add(frame.address() % (2 << 20) % frameSize);
            rooms.add(frame.headroom());
        }
    }

    private static void echo() {
        Random random = new Random(7);
        try (UdpClient client = rig.left()
                .namespace()
                .call(() -> UdpClient.to(new InetSocketAddress(rig.right().ipv4Address(), Rig.UDP_PORT)))) {
            for (int i = 0; i < ECHOES; i++) {
                byte[] payload = new byte[i % 10 == 0 ? LONGEST : 1 + random.nextInt(LONGEST)];
                random.nextBytes(payload);
                client.send(payload);
                assertArrayEquals(payload, client.receive(PATIENCE_MS), "echo " + i);
            }
        }
    }

    private static PortStatistics echoed(Engine engine) {
        echo();
        engine.close();
        Accounts.assertHome(engine.statistics());
        PortStatistics port = Rig.port(engine);
        assertEquals(ECHOES, port.get(PortCounter.FORWARDED));
        return port;
    }

    @ParameterizedTest
    @ValueSource(strings = {"attach = native", "attach = skb"})
    void shouldSendWithoutBeingAskedForWakeUps(String attach) {
        PortStatistics port = echoed(rig.start(Rig.config("", attach + ", need-wakeup = off", ECHO)));
        assertTrue(port.get(PortCounter.TX_WAKEUPS) >= ECHOES / 2, port::toString);
        assertEquals(0, port.get(PortCounter.RX_WAKEUPS), port::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "busy-poll { mode = on }",
                "busy-poll { mode = on, time = 50us, budget = 8 }, need-wakeup = off",
                "attach = skb, busy-poll { mode = on }",
            })
    void shouldRunTheDriversReceiveItself(String options) {
        PortStatistics port = echoed(rig.start(Rig.config("mode = inline", options, ECHO)));
        assertTrue(port.get(PortCounter.RX_WAKEUPS) >= ECHOES, "a call in each duty cycle: " + port);
    }

    @Test
    void shouldBusyPollUnderLoadAndAccountForEveryFrame() {
        Engine engine = rig.start(Rig.config("", "busy-poll { mode = on }", ECHO));
        rig.load();
        Await.until("busy", () -> Rig.port(engine).get(PortCounter.FORWARDED) > 50_000);
        engine.close();
        Accounts.assertHome(engine.statistics());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "headroom = 64",
                "headroom = 278, attach = skb",
                "headroom = 278, queues = all",
                "headroom = 2000, frame-size = 4096",
            })
    void shouldLeaveRoomInFrontOfFrames(String options) {
        int headroom = Integer.parseInt(options.replaceAll("headroom = (\\d+).*", "$1"));
        Starts starts = new Starts(options.contains("4096") ? 4096 : 2048);
        echoed(rig.start(Rig.config("", options, ECHO), "starts", starts));
        assertEquals(Set.of((long) KERNEL_HEADROOM + headroom), starts.offsets);
        assertEquals(Set.of(KERNEL_HEADROOM + headroom), starts.rooms);
    }

    /** 699 frames of 3,000 bytes go into a huge page, so that frames of several pages are on their way. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "frame-size = 3000",
                "frame-size = 4001, attach = skb",
                "frame-size = 2048",
                "frame-size = 3000, headroom = 90",
            })
    void shouldEchoFromUnalignedFrames(String options) {
        int frameSize = Integer.parseInt(options.replaceAll("frame-size = (\\d+).*", "$1"));
        int headroom = options.contains("headroom") ? 90 : 0;
        Starts starts = new Starts(frameSize);
        try (ReservedHugePages pages = ReservedHugePages.more(4_096 / (2_097_152 / frameSize) + 1 + OTHERS)) {
            Engine engine = rig.start(
                    Rig.config(
                            "",
                            "chunks = unaligned, huge-pages = on, frames = 4096," + " rings { fill = 2048 }, "
                                    + options,
                            ECHO),
                    "starts",
                    starts);
            assertEquals(4_096, Rig.port(engine).frames().total());
            if (!options.contains("skb")) { // the generator's frames need native XDP
                Load load = rig.load(40_000);
                Await.until("through all frames", () -> Rig.port(engine).get(PortCounter.FORWARDED) > 20_000);
                load.stop();
            }
            echo();
            engine.close();
            Accounts.assertHome(engine.statistics());
            assertEquals(0, Rig.port(engine).kernel().txInvalidDescs());
            assertEquals(0, Rig.port(engine).kernel().rxInvalidDescs());
            assertEquals(Set.of((long) KERNEL_HEADROOM + headroom), starts.offsets);
            assertEquals(Set.of(KERNEL_HEADROOM + headroom), starts.rooms);
            assertTrue(pages != null);
        }
    }

    @Test
    void shouldRefuseLengthsThatNoUnalignedFrameHas() {
        int[] lengths = {0, 13, 14, 60, 1_500};
        AtomicInteger next = new AtomicInteger();
        try (ReservedHugePages pages = ReservedHugePages.more(4_096 / (2_097_152 / 3_000) + 1 + OTHERS)) {
            assertTrue(pages != null);
            Engine engine = rig.start(
                    Rig.config(
                            "",
                            "chunks = unaligned, huge-pages = on, frames = 4096,"
                                    + " rings { fill = 2048 }, frame-size = 3000",
                            "{ stage = forward, to = p }"),
                    "cut",
                    frame -> frame.length(lengths[next.getAndIncrement() % lengths.length]));
            rig.traffic().send(TrafficPlan.frames(10 * lengths.length).at(10_000));
            Await.until(
                    "every frame's end",
                    () -> Rig.port(engine).get(PortCounter.FORWARDED)
                                    + Rig.port(engine).get(PortCounter.DROPPED_INVALID)
                            == 10 * lengths.length);
            engine.close();
            Accounts.assertHome(engine.statistics());
            assertEquals(20, Rig.port(engine).get(PortCounter.DROPPED_INVALID));
            assertEquals(0, Rig.port(engine).kernel().txInvalidDescs());
        }
    }
}
