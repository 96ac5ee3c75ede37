package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.testing.Alone;
import io.millrace.testing.RootOnly;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The accounts of the socket suites balance. How fast anyone was is not checked. */
@RootOnly
@Alone // a turn is so short that a contender may get no CPU at all beside another bench
class SocketBenchTest {
    private static final Path LAB = Path.of("").toAbsolutePath();
    private static final int TRIES = 10;

    /**
     * On a machine with much other work a contender may get no CPU in turns as short as these; then they are taken
     * again.
     */
    private static List<Round> run(Suite suite, Mode mode, String... names) throws Exception {
        List<Round> rounds = turns(suite, mode, names);
        for (int i = 1; i < TRIES && rounds.stream().anyMatch(round -> round.perSecond() == 0); i++) {
            rounds = turns(suite, mode, names);
        }
        for (Round round : rounds) {
            assertTrue(round.perSecond() > 0 && round.cost().cpuNs() > 0, round::toString);
        }
        return rounds;
    }

    private static List<Round> turns(Suite suite, Mode mode, String... names) throws Exception {
        Settings settings = new Settings(
                1, 1, 200, 200, 64, 20_000, 0, Runtime.getRuntime().availableProcessors() > 1 ? 1 : 0, 1, 0, mode);
        List<Contender> contenders = new Contenders(suite.family(), LAB).of(List.of(names));
        List<Round> told = new ArrayList<>();
        List<Round> rounds = new Bench(settings, LAB).run(suite, contenders, (round, counts) -> told.add(round));
        assertEquals(told, rounds);
        assertEquals(
                contenders.stream().map(Contender::name).toList(),
                rounds.stream().map(Round::contender).toList());
        for (Round round : rounds) {
            assertEquals("", round.problem(), round::contender);
        }
        return rounds;
    }

    @Test
    void shouldAccountForEveryDatagramOfAPeerAgainstItself() throws Exception {
        for (Round round : run(Suite.UDP_ECHO, Mode.WAIT, "c-mmsg", "c-mmsg")) {
            assertTrue(round.rates().offered() > 0, round::toString);
        }
    }

    @Test
    void shouldAccountForEveryDatagramOfAnEngineThatSleepsOn() throws Exception {
        run(Suite.UDP_SINK, Mode.WAIT, "engine", "engine-min-wait");
    }

    /** Merging rewrites headers in pages that the generator sends again. */
    @Test
    void shouldAccountForMergedDatagrams() throws Exception {
        run(Suite.UDP_ECHO, Mode.WAIT, "c-mmsg-gso", "c-uring-gso");
    }

    @Test
    void shouldAccountForEveryDatagramOfGoOrSayWhatToInstall() throws Exception {
        OptionalPeers.require("go-udp", Family.UDP, "go", "golang-go");
        run(Suite.UDP_SINK, Mode.WAIT, "go-udp");
        run(Suite.UDP_ECHO, Mode.BUSY, "go-udp");
    }

    @Test
    void shouldAccountForEveryByteOfGoOrSayWhatToInstall() throws Exception {
        OptionalPeers.require("go-tcp", Family.TCP, "go", "golang-go");
        run(Suite.TCP_ECHO_16KX100, Mode.WAIT, "go-tcp");
    }

    @Test
    void shouldAccountForEveryByteOfTcpConnections() throws Exception {
        for (Round round : run(Suite.TCP_ECHO_16KX100, Mode.WAIT, "c-epoll", "c-uring-tcp")) {
            Round.Latency latency = round.latency();
            assertTrue(latency.p50Ns() > 0 && latency.p50Ns() <= latency.maxNs(), round::toString);
        }
    }
}
