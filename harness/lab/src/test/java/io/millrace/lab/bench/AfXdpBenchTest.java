package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.testing.RootOnly;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The benchmark's accounts balance. How fast anyone was is not checked. */
@RootOnly
class AfXdpBenchTest {
    private static final Settings SHORT = new Settings(
            1, 1, 100, 200, 64, 50_000, 0, Runtime.getRuntime().availableProcessors() > 1 ? 1 : 0, 1, 0, Mode.BUSY);
    private static final Path LAB = Path.of("").toAbsolutePath();
    private static final double PACE_OF_LONG = 10_000;
    private static final int TRIES = 10;

    /**
     * On a machine with much other work, the sender or the receiver may get no CPU in a turn as short as this; then it
     * is tried again.
     */
    private static void assertBalanced(Suite suite, String name) throws Exception {
        assertBalanced(suite, name, SHORT);
    }

    private static void assertBalanced(Suite suite, String name, Settings settings) throws Exception {
        Round round = turn(suite, name, settings);
        for (int i = 1; i < TRIES && !isSomethingDone(round); i++) {
            round = turn(suite, name, settings);
        }
        assertTrue(isSomethingDone(round), round::toString);
    }

    private static boolean isSomethingDone(Round round) {
        return round.perSecond() > 0 && round.rates().offered() > 0;
    }

    private static Round turn(Suite suite, String name, Settings settings) throws Exception {
        Contender contender =
                new Contenders(Family.AF_XDP, LAB).of(List.of(name)).getFirst();
        List<Round> told = new ArrayList<>();
        List<Round> rounds =
                new Bench(settings, LAB).run(suite, List.of(contender), (round, counts) -> told.add(round));
        assertEquals(1, rounds.size());
        assertEquals(told, rounds);
        assertEquals("", rounds.getFirst().problem());
        assertEquals(contender.name(), rounds.getFirst().contender());
        return rounds.getFirst();
    }

    @ParameterizedTest
    @EnumSource(names = {"AFXDP_RX", "AFXDP_REFLECT"})
    void shouldAccountForEveryFrameOfTheEngine(Suite suite) throws Exception {
        assertBalanced(suite, "engine");
    }

    /**
     * Long frames: in several segments, from a packet socket; and in one frame of the UMEM, which has to be longer than
     * usual.
     */
    @ParameterizedTest
    @CsvSource({"AFXDP_RX, 9000", "AFXDP_REFLECT, 9000", "AFXDP_REFLECT, 3401", "AFXDP_REFLECT, 3400"})
    void shouldAccountForEveryLongFrameOfTheEngine(Suite suite, int length) throws Exception {
        assertBalanced(suite, "engine", SHORT.ofLength(length).paced(PACE_OF_LONG, Mode.BUSY));
    }

    @ParameterizedTest
    @EnumSource(names = "AFXDP_PACED")
    void shouldAccountForEveryFrameWithStagesOnTheSendersCpu(Suite suite) throws Exception {
        assertBalanced(suite, Contenders.BESIDE_SENDER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "engine-all",
                "engine-1r",
                "engine-10kr",
                "engine-late",
                "engine-small",
                "engine-deep",
                "engine-forward",
                "engine-forward-copy"
            })
    void shouldAccountForEveryFrameOfTheEnginesVariants(String name) throws Exception {
        assertBalanced(Suite.AFXDP_REFLECT, name);
    }

    @ParameterizedTest
    @EnumSource(names = {"AFXDP_RX", "AFXDP_REFLECT"})
    void shouldAccountForEveryFrameOfTheCPeer(Suite suite) throws Exception {
        CCompiler.assumeThere();
        assumeTrue(
                Files.exists(Path.of("/usr/include/xdp/xsk.h")),
                "libxdp-dev is not installed; harness/millrace bench installs it");
        assertBalanced(suite, "c");
    }

    @ParameterizedTest
    @CsvSource({"AFXDP_REFLECT,engine-1s", "AFXDP_REFLECT,engine-2s", "AFXDP_REFLECT,engine-3s", "AFXDP_RX,engine-1s"})
    void shouldAccountForEveryFrameOfTheEngineWithStageThreads(Suite suite, String name) throws Exception {
        assertBalanced(suite, name);
    }

    @ParameterizedTest
    @EnumSource(names = {"AFXDP_RX", "AFXDP_REFLECT"})
    void shouldAccountForEveryFrameOfAPacketSocket(Suite suite) throws Exception {
        CCompiler.assumeThere();
        assertBalanced(suite, "af-packet");
    }

    @ParameterizedTest
    @EnumSource(names = {"AFXDP_RX", "AFXDP_REFLECT"})
    void shouldAccountForEveryFrameOfDpdkOrSayWhatToInstall(Suite suite) throws Exception {
        OptionalPeers.require("dpdk", Family.AF_XDP, "dpdk-testpmd", "dpdk-dev");
        assertBalanced(suite, "dpdk");
    }

    @Test
    void shouldKeepTheCPeerWithinTwoHundredLines() throws Exception {
        try (var lines = Files.lines(Path.of("peers/xdpsock-mini/xdpsock-mini.c"))) {
            assertTrue(lines.count() <= 200);
        }
    }
}
