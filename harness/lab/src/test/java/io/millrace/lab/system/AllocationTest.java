package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.FrameSegments;
import io.millrace.core.config.EngineConfig;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A million frames do not allocate one byte of heap, on any thread of the engine and in any mode. */
@RootOnly
@Timeout(120)
class AllocationTest {
    @RegisterExtension
    static final Rig rig = Rig.shared();

    private static final int MILLION = 1_000_000;
    /** One byte for each frame of a round would be a million: what links a rare path once is over after some rounds. */
    private static final int ROUNDS = 6;

    private static final String PIPELINE = "{ stage = count }, { stage = reflect }, { stage = forward, to = p }";
    private static final String PARALLEL = "[{ stage = count }, { stage = count }], { stage = drop }";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mode = inline",
                "mode = inline, idle = wait",
                "mode = pipelined",
                "mode = pipelined, wait-strategy = blocking, idle = wait",
                "mode = pipelined, wait-strategy = sleeping"
            })
    void shouldAllocateNothingForMillionFrames(String engineConfig) {
        Engine engine = rig.start(Rig.config(engineConfig, "", PIPELINE));
        rig.load();
        assertNoAllocation(engine, MILLION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldAllocateNothingInParallelStages(String mode) {
        assertNoAllocation(rig.start(Rig.config("mode = " + mode, "", PARALLEL)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldAllocateNothingWhenStageUsesEveryViewOfFrame(String mode) {
        Engine engine = rig.start(Rig.config("mode = " + mode, "", "{ stage = drop }"), "views", frame -> {
            frame.buffer().putByte(0, frame.memory().get(ValueLayout.JAVA_BYTE, frame.address()));
            frame.length(frame.length() - 1);
            frame.length(frame.length() + frame.portId() + frame.queue() + 1);
            if (frame.capacity() < frame.length()) {
                frame.drop();
            }
        });
        assertNoAllocation(engine);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldAllocateNothingWhenStageReadsWhatTheDriverKnows(String mode) {
        String metadata = "metadata = [timestamp, hash, vlan]";
        Engine engine = rig.start(Rig.config("mode = " + mode, metadata, "{ stage = drop }"), "hints", frame -> {
            if (frame.hasRssHash() && frame.rssHash() == frame.vlanTag() + frame.timestampNs()) {
                frame.drop();
            }
        });
        assertNoAllocation(engine);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldAllocateNothingWhenStageAsksForTimesAndChecksums(String mode) {
        long[] told = new long[2];
        Engine.Builder builder = Engine.builder(EngineConfig.parse(Rig.config(
                        "mode = " + mode,
                        "tx-metadata = [timestamp, checksum]",
                        PIPELINE.replace("{ stage = reflect }, ", ""))))
                .stage("ask", frame -> {
                    frame.offloadChecksum(34, 6);
                    frame.stampTransmit(frame.length());
                })
                .onTransmitted("p", (cookie, timeNs) -> {
                    told[0]++;
                    told[1] += cookie + timeNs;
                });
        Engine engine = rig.add(rig.right().namespace().call(builder::start));
        assertNoAllocation(engine);
        engine.close();
        assertEquals(told[0], Rig.port(engine).get(PortCounter.TX_STAMPED));
        assertTrue(told[0] > MILLION / 8, () -> told[0] + " of " + Rig.port(engine));
    }

    /** Fewer frames, since a kernel socket makes them: one byte for each segment would show all the same. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldAllocateNothingForFramesInSeveralSegments(String mode) {
        try (Rig jumbo = Rig.of(pair -> pair.mtu(9_000))) {
            Engine engine = jumbo.start(Rig.config("mode = " + mode, "multi-buffer = on", PIPELINE), "walk", frame -> {
                FrameSegments segments = frame.segments();
                int length = 0;
                while (segments.next()) {
                    length += segments.buffer().capacity();
                }
                if (length != frame.totalLength() || frame.segmentCount() < 2) {
                    frame.drop();
                }
            });
            jumbo.add(jumbo.left()
                    .namespace()
                    .call(() -> Flood.of(new InetSocketAddress(jumbo.right().ipv4Address(), Rig.UDP_PORT), 8_900)));
            assertNoAllocation(engine, MILLION / 20);
            assertEquals(0, Rig.port(engine).get(PortCounter.DROPPED_BY_STAGE));
        }
    }

    /** For what stages do with frames, fewer of them are enough: one byte for each frame would be as plain to see. */
    private static void assertNoAllocation(Engine engine) {
        rig.load();
        assertNoAllocation(engine, MILLION / 4);
    }

    private static void assertNoAllocation(Engine engine, int frames) {
        EngineThreads threads = EngineThreads.of(engine);
        awaitFrames(engine, frames / 5);
        List<Long> rounds = threads.allocated(ROUNDS, () -> awaitFrames(engine, frames));
        assertEquals(0, rounds.getLast(), () -> "bytes allocated for each " + frames + " frames: " + rounds);
    }

    private static void awaitFrames(Engine engine, long count) {
        long target = Rig.port(engine).get(PortCounter.RX_FRAMES) + count;
        Await.until("received " + count, () -> Rig.port(engine).get(PortCounter.RX_FRAMES) >= target);
    }
}
