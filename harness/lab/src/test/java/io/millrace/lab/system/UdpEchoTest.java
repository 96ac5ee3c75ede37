package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.Engine;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.testing.Slow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Datagrams of every length through a UDP port, and back to a client that loses nothing by itself: a million of each
 * family, one at a time and coalesced, and fewer in the other ways.
 */
@Slow
@Timeout(240)
class UdpEchoTest {
    private static final int LONGEST = 1_472;
    private static final int WINDOW = 128;

    private final UdpRig rig = new UdpRig();

    @AfterEach
    void endTest() {
        rig.close();
    }

    @ParameterizedTest
    @CsvSource({
        "inline, 4, false, 1000000",
        "inline, 4, true, 200000",
        "inline, 6, false, 200000",
        "inline, 6, true, 1000000",
        "pipelined, 4, true, 200000",
        "pipelined, 6, false, 200000"
    })
    void shouldEchoDatagramsOfEveryLength(String mode, int family, boolean coalesced, int count) {
        Engine engine = rig.start(UdpRig.config(
                "mode = " + mode,
                (family == 4 ? UdpRig.IPV4 : UdpRig.IPV6) + ", " + (coalesced ? UdpRig.COALESCED : ""),
                UdpRig.ECHO));
        new EchoWindow(rig.client(engine), LONGEST, WINDOW, family).run(count);
        engine.close();
        Accounts.assertHome(engine.statistics());
        PortStatistics port = UdpRig.port(engine);
        assertEquals(count, port.get(PortCounter.RX_FRAMES), port::toString);
        assertEquals(count, port.get(PortCounter.FORWARDED), port::toString);
        assertEquals(count, port.get(PortCounter.TX_FRAMES), port::toString);
        assertEquals(port.get(PortCounter.RX_BYTES), port.get(PortCounter.TX_BYTES), port::toString);
        assertEquals(0, port.get(PortCounter.TX_FAILED) + port.kernel().rxDropped(), port::toString);
        assertEquals(0, engine.statistics().uring().failures());
    }
}
