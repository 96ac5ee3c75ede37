package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.lab.net.VethPair;
import io.millrace.statistics.LinkState;
import io.millrace.statistics.LinkStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.RootOnly;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The interface of a port is deleted while frames flow, and one of its name is made again: the port goes on. */
@RootOnly
@Timeout(180)
class LinkReturnTest extends ReturningLink {
    private static final int ROUNDS = 12;
    /** From this round on nothing may be left of a round. */
    private static final int WARM = 4;
    /** What the JVM may map and open by itself in the rounds after that: below one for each. */
    private static final int SLACK = (ROUNDS - WARM) / 2;

    @ParameterizedTest
    @CsvSource({
        "mode = inline, attach = native",
        "mode = inline, attach = skb",
        "mode = pipelined, attach = native",
        "mode = pipelined, attach = skb",
        "'mode = inline, idle = wait', ''",
        "'mode = pipelined, idle = wait', ''",
        "mode = inline, 'multi-buffer = on, frames = 16384'",
        "mode = pipelined, 'multi-buffer = on'"
    })
    void shouldGoOnEachTimeTheInterfaceIsMadeAgain(String engineConfig, String portConfig) throws Exception {
        start(engineConfig, portConfig, ECHO);
        CycleTest.Holdings warm = null;
        for (int round = 1; round <= ROUNDS; round++) {
            loseAndFind(PortCounter.TX_FRAMES, VethPair.Builder::receiveWithoutProgram);
            assertEquals(new LinkStatistics(LinkState.UP, round, 1500, round, ""), link());
            if (round == WARM) {
                warm = CycleTest.Holdings.now();
            }
        }
        CycleTest.Holdings last = CycleTest.Holdings.now();
        String change = warm + " -> " + last;
        assertTrue(last.descriptors() <= warm.descriptors() + SLACK, change);
        assertEquals(warm.sockets(), last.sockets(), change);
        assertTrue(warm.rings() > 0, change);
        assertEquals(warm.rings(), last.rings(), change);
        assertTrue(last.residentKb() <= warm.residentKb() + SLACK * CycleTest.UMEM_KB, change);
        assertTrue(last.threads() <= warm.threads() + SLACK, change);
        load(load -> {
            awaitMore(PortCounter.TX_FRAMES);
            load.stop();
        });
        closeQuickly();
        PortStatistics end = Rig.port(engine);
        assertTrue(AfXdpStatistics.of(end).matched() > ROUNDS * 200, end::toString);
        assertEquals(end.get(PortCounter.FORWARDED), end.get(PortCounter.TX_FRAMES), end::toString);
        assertFalse(pair.right().hasXdpProgram());
    }

    /** What waits in the TX ring when the interface goes is counted at once, and its memory is used again. */
    @Test
    void shouldCountWhatWaitedToBeSent() {
        start("mode = inline", "", ECHO);
        for (int round = 1; round <= 3; round++) {
            load(load -> {
                awaitMore(PortCounter.TX_FRAMES);
                Shell.run(left, "ip", "link", "set", "left0", "down"); // the carrier first: nothing comes any more
                load.abandon();
            });
            Shell.run(left, "ip", "link", "set", "left0", "up");
            awaitState(LinkState.UP);
            pair.close();
            awaitState(LinkState.GONE);
            int total = Rig.port(engine).frames().total();
            Await.until(
                    () -> "all free: " + Rig.port(engine).frames(),
                    () -> Rig.port(engine).frames().free() == total,
                    5_000);
            make(1);
            awaitState(LinkState.UP);
        }
        closeQuickly();
    }
}
