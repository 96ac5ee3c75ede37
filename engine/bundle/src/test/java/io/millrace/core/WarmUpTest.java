package io.millrace.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.core.config.EngineConfig;
import io.millrace.sockets.UdpType;
import io.millrace.spi.Port;
import io.millrace.spi.PortContext;
import io.millrace.spi.PortOpener;
import io.millrace.spi.PortSettings;
import io.millrace.spi.PortType;
import io.millrace.spi.WarmUpRun;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a process has warmed up it does not warm up again. */
class WarmUpTest {
    /** On a busy machine one warm-up does not come to its end, and the next ones go on with it. */
    private static final int ENOUGH = 40;

    private static final PortOpener UDP = new UdpType().opener();

    /** UDP's, with an account of the warm-ups. */
    private static final class CountedOpener implements PortOpener {
        private Object variant = "";
        private int warmUps;

        @Override
        public Port open(PortSettings port, PortContext context) {
            throw new UnsupportedOperationException("nothing is opened here");
        }

        @Override
        public Object variant(PortSettings port) {
            return variant;
        }

        @Override
        public void warmUp(List<PortSettings> ports, Settings engine, WarmUpRun run) {
            warmUps++;
            UDP.warmUp(ports, engine, run);
        }
    }

    /** UDP in all that is asked here, but for its opener. */
    private record CountedType(PortOpener opener) implements PortType {
        @Override
        public String name() {
            return "udp";
        }

        @Override
        public KeyBlock keys() {
            return KeyBlock.named("udp");
        }

        @Override
        public String example() {
            return "";
        }
    }

    private final CountedOpener opener = new CountedOpener();

    private void warmUp(String engine, String pipeline) {
        EngineConfig config = EngineConfig.parse("millrace { engine { " + engine
                + " }, ports { p { type = udp, bind = \"127.0.0.1:9\" } }, pipeline = [ " + pipeline + " ] }");
        PortSettings port = config.ports().getFirst();
        WarmUp.run(new EngineConfig(
                config.engine(),
                config.leases(),
                List.of(new PortSettings(port.name(), new CountedType(opener), port.settings())),
                config.pipeline(),
                config.pipelineLine(),
                config.origin()));
    }

    /** Returns how many warm-ups it took until there was none any more. */
    private int warmUps(String engine, String pipeline) {
        opener.warmUps = 0;
        for (int i = 1; i <= ENOUGH; i++) {
            warmUp(engine, pipeline);
            if (opener.warmUps < i) {
                return opener.warmUps;
            }
        }
        throw new AssertionError("still warming up after " + ENOUGH + " engines");
    }

    @Test
    void shouldWarmUpEachShapeOnce() {
        assertTrue(warmUps("mode = inline", "{ stage = drop }") > 0);
        assertEquals(0, warmUps("mode = inline, drain-timeout = 1s", "{ stage = drop }"));
        assertTrue(warmUps("mode = pipelined", "{ stage = drop }") > 0);
        assertTrue(warmUps("mode = inline, idle = wait", "{ stage = drop }") > 0);
        assertTrue(warmUps("mode = inline", "{ stage = count }, { stage = drop }") > 0);
        opener.variant = "another";
        assertTrue(warmUps("mode = inline", "{ stage = drop }") > 0);
        assertEquals(0, warmUps("mode = inline", "{ stage = drop }"));
    }
}
