package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.Engine;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.Alone;
import io.millrace.testing.Slow;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A UDP port with every way to wait, by poller, stages and kernel. */
@Alone
@Slow
@Timeout(60)
class UdpStrategyTest {
    private static final int BURSTS = 4;
    private static final int BURST = 100;
    /** Long enough for all of them to fall asleep. */
    private static final long PAUSE_MS = 60;

    private final UdpRig rig = new UdpRig();

    @AfterEach
    void endTest() {
        rig.close();
    }

    static Stream<String> combinations() {
        List<String> all = new ArrayList<>();
        for (String idle : List.of("busy-spin", "backoff", "wait")) {
            for (String sqPoll : List.of("off", "on, sqpoll-idle = 10ms")) {
                String common = "idle = " + idle + ", uring { sqpoll = " + sqPoll + " }";
                all.add("mode = inline, " + common);
                for (String wait : List.of("busy-spin", "yielding", "sleeping", "blocking")) {
                    all.add("mode = pipelined, wait-strategy = " + wait + ", " + common);
                }
            }
        }
        all.add("mode = inline, idle = wait, uring { min-wait = 200us }");
        all.add("mode = inline, idle = wait, uring { min-wait = 200us, sqpoll = on, sqpoll-idle = 10ms }");
        all.add("mode = pipelined, wait-strategy = blocking, idle = wait, uring { min-wait = 200us }");
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void shouldEchoWhateverTheThreadsDoWhileTheyWait(String engineConfig) throws Exception {
        Engine engine = rig.start(UdpRig.config(engineConfig, "", UdpRig.ECHO));
        UdpClient client = rig.client(engine);
        for (int burst = 0; burst < BURSTS; burst++) {
            Thread.sleep(PAUSE_MS);
            assertArrayEquals(new byte[] {99}, client.ask(new byte[] {99}));
            for (int i = 0; i < BURST; i++) {
                client.send(new byte[] {(byte) burst, (byte) i});
            }
            int sum = 0;
            for (int i = 0; i < BURST; i++) {
                byte[] answer = client.receive();
                assertEquals(burst, answer[0]);
                sum += answer[1];
            }
            assertEquals(BURST * (BURST - 1) / 2, sum);
        }
        engine.close();
        Accounts.assertHome(engine.statistics());
        assertEquals(BURSTS * (BURST + 1), UdpRig.port(engine).get(PortCounter.TX_FRAMES));
        assertEquals(0, engine.statistics().uring().failures());
    }
}
