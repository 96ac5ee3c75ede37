package io.millrace.core;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ConfigException;
import io.millrace.Verdict;
import io.millrace.core.config.EngineConfig;
import io.millrace.spi.config.Pollers;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Limits that only show at the start give a clear error before anything is opened. */
class EngineLimitsTest {
    private static EngineConfig config(int ports) {
        return EngineConfig.parse("millrace { ports { "
                + IntStream.range(0, ports)
                        .mapToObj(i -> "p" + i + " { type = udp, bind = \"127.0.0.1:0\" }")
                        .collect(Collectors.joining("\n"))
                + " }, pipeline = [ { stage = count } ] }");
    }

    private static String problem(int ports, int pollers, int stages) {
        return assertThrows(ConfigException.class, () -> EngineLimits.require(config(ports), pollers, stages))
                .getMessage();
    }

    @Test
    void shouldHaveRoomForWhatIsUsual() {
        assertDoesNotThrow(() -> EngineLimits.require(config(4_096), 4, 200));
        assertDoesNotThrow(() -> EngineLimits.require(config(1), Pollers.MOST, 16));
        assertDoesNotThrow(() -> EngineLimits.require(config(1), 1, Verdict.MAX_STAGES));
    }

    @Test
    void shouldRefuseMorePollersThanThereAreIdsFor() {
        assertTrue(problem(1, Pollers.MOST + 1, 1).contains("there are 1025 queues, more than the 1024 pollers"));
    }

    @Test
    void shouldRefuseMoreStagesThanVerdictsCanName() {
        assertTrue(problem(1, 1, Verdict.MAX_STAGES + 1).contains("16383 stages with those of the program"));
    }

    @Test
    void shouldRefuseMoreCountersThanABufferHolds() {
        assertTrue(problem(4_096, 64, 1).contains("no room for the counters of 4096 ports and 1 stages in each of 64"));
        assertTrue(problem(1, 1_000, 10_000).contains("no room for the counters"));
    }
}
