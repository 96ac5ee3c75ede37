package io.millrace.core.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.Stage;
import io.millrace.Verdict;
import io.millrace.testing.Slow;
import io.millrace.wire.Packets;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Slow
class BuiltInStagesTest {
    private static final Config OPTIONS = ConfigFactory.parseString(
            "to = egress, swap = all, size = 4, order = big, delimiter = \"\\n\", max = 1MiB, strip = on,"
                    + " unterminated = drop");
    private static final List<String> REAL = List.of(
            Packets.UDP_IPV4,
            Packets.UDP_IPV4_IN_VLANS,
            Packets.TCP_IPV4_OPTIONS,
            Packets.UDP_IPV6,
            Packets.TCP_IPV6_EXTENSIONS,
            Packets.FIRST_FRAGMENT_IPV6,
            Packets.SECOND_FRAGMENT_IPV4,
            Packets.ARP);
    private static final int LONGEST = 1518;

    static List<String> kinds() {
        return BuiltInStages.kinds();
    }

    private static Stage make(String kind) {
        Stage stage = BuiltInStages.find(kind).factory().apply(OPTIONS);
        stage.configure(new TestContext(List.of("ingress", "egress")));
        stage.onStart();
        return stage;
    }

    @Test
    void shouldKnowSixKinds() {
        assertEquals(
                List.of("count", "drop", "reflect", "forward", "frame-by-length", "frame-by-delimiter"),
                BuiltInStages.kinds());
        assertNull(BuiltInStages.find("refect"));
    }

    /** Half of the strings are real frames with some bytes changed, to get past the first check. */
    @ParameterizedTest
    @MethodSource("kinds")
    void shouldSurviveRandomBytes(String kind) throws Exception {
        Stage stage = make(kind);
        Random random = new Random(42);
        TestFrame frame = new TestFrame();
        byte[] bytes = new byte[LONGEST];
        for (int i = 0; i < 100_000; i++) {
            int length = i % 2 == 0 ? fill(bytes, random) : mutate(bytes, random);
            stage.onFrame(frame.load(bytes, length));
            assertEquals(length, frame.length());
            if (i % 10 == 0) {
                stage.onBatchEnd();
            }
            if (Verdict.isDrop(frame.verdict())) {
                assertArrayEquals(Arrays.copyOf(bytes, length), frame.bytes(), () -> "dropped and changed");
            }
            assertTrue(frame.isUntouchedAround(), () -> "wrote outside " + Arrays.toString(frame.bytes()));
        }
        stage.onStop();
    }

    private static int fill(byte[] bytes, Random random) {
        random.nextBytes(bytes);
        return random.nextInt(LONGEST + 1);
    }

    private static int mutate(byte[] bytes, Random random) {
        byte[] real = Packets.bytes(REAL.get(random.nextInt(REAL.size())));
        System.arraycopy(real, 0, bytes, 0, real.length);
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(real.length)] = (byte) random.nextInt();
        }
        return Math.max(0, real.length - Math.max(0, random.nextInt(40) - 20));
    }

    /**
     * The bytes allowed for a million frames: the JVM itself may allocate a little on the thread once, when it links or
     * compiles.
     */
    @ParameterizedTest
    @MethodSource("kinds")
    void shouldNotAllocate(String kind) throws Exception {
        Stage stage = make(kind);
        TestFrame[] frames = REAL.stream()
                .map(hex -> new TestFrame().load(Packets.bytes(hex)))
                .toArray(TestFrame[]::new);
        handle(stage, frames, 200_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5 && least > 0; round++) {
            long start = threads.getCurrentThreadAllocatedBytes();
            handle(stage, frames, 1_000_000);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - start);
        }
        assertEquals(0, least);
    }

    private static void handle(Stage stage, TestFrame[] frames, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            stage.onFrame(frames[i & frames.length - 1]);
            if ((i & 63) == 63) {
                stage.onBatchEnd();
            }
        }
    }

    @Test
    void shouldForwardToTheNamedPort() throws Exception {
        TestFrame frame = new TestFrame().load(new byte[60]);
        make("forward").onFrame(frame);
        assertTrue(Verdict.isForward(frame.verdict()));
        assertEquals(1, Verdict.portId(frame.verdict()));
    }

    @Test
    void shouldRefuseToForwardToAnUnknownPort() {
        Stage forward = new ForwardStage("nowhere");
        TestContext context = new TestContext(List.of("ingress"));
        assertThrows(IllegalArgumentException.class, () -> forward.configure(context));
    }

    @Test
    void shouldDrop() throws Exception {
        TestFrame frame = new TestFrame().load(new byte[60]);
        make("drop").onFrame(frame);
        assertTrue(Verdict.isDrop(frame.verdict()));
    }

    @Test
    void shouldPublishCountsAtTheEndOfABatch() {
        CountStage count = new CountStage();
        TestFrame frame = new TestFrame();
        count.onFrame(frame.load(new byte[60]));
        count.onFrame(frame.load(new byte[1500]));
        assertEquals(0, count.frames());
        count.onBatchEnd();
        assertEquals(2, count.frames());
        assertEquals(1560, count.bytes());
        assertEquals(Verdict.NONE, frame.verdict());
        count.onFrame(frame);
        count.onStop();
        assertEquals(3, count.frames());
    }
}
