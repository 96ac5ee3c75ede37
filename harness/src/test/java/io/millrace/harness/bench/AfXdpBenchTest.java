package io.millrace.harness.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.testing.RootOnly;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the benchmark's books balance; how fast anyone was is not looked at. */
@RootOnly
class AfXdpBenchTest {
    private static final AfXdpBench.Settings SHORT = new AfXdpBench.Settings(
        1, 1, 300, 300, 64, 50_000, 0, Runtime.getRuntime().availableProcessors() > 1 ? 1 : 0);

    private static void assertBalanced(Suite suite, Contender contender) throws Exception {
        int[] turns = new int[1];
        List<Round> rounds = new AfXdpBench(SHORT).run(suite, List.of(contender), round -> turns[0]++);
        assertEquals(1, rounds.size());
        Round round = rounds.getFirst();
        assertEquals("", round.problem());
        assertEquals(contender.name(), round.contender());
        assertTrue(round.framesPerSecond() > 0 && round.offeredPerSecond() > 0, round::toString);
        assertEquals(1, turns[0]);
    }

    @ParameterizedTest
    @EnumSource(Suite.class)
    void shouldAccountForEveryFrameOfTheEngine(Suite suite) throws Exception {
        assertBalanced(suite, new EngineContender());
    }

    @ParameterizedTest
    @EnumSource(Suite.class)
    void shouldAccountForEveryFrameOfTheCPeer(Suite suite) throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/include/xdp/xsk.h")) && Files.exists(Path.of("/usr/bin/gcc")),
            "gcc and libxdp-dev are not installed; harness/millrace bench installs them");
        assertBalanced(suite, new CContender("c", Path.of("").toAbsolutePath()));
    }

    @Test
    void shouldKeepTheCPeerWithinTwoHundredLines() throws Exception {
        try (var lines = Files.lines(Path.of("peers/xdpsock-mini/xdpsock-mini.c"))) {
            assertTrue(lines.count() <= 200);
        }
    }
}
