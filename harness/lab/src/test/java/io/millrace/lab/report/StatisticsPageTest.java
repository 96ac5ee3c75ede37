package io.millrace.lab.report;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.Engine;
import io.millrace.cli.report.JsonLines;
import io.millrace.core.config.EngineConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Checks the keys of engines with socket ports. Tests of other commands check theirs. */
class StatisticsPageTest {
    @Test
    void shouldNameEveryKeyOfSocketPorts() throws Exception {
        try (Engine engine = Engine.builder(EngineConfig.parse("""
                millrace {
                  ports { u { type = udp, bind = "127.0.0.1:0" }, t { type = tcp, bind = "127.0.0.1:0" } }
                  pipeline = [ { stage = count } ]
                }""")).start()) {
            Config json = ConfigFactory.parseString(
                    new JsonLines(() -> Map.of("stdout_dropped", 0, "stderr_dropped", 0)).started(engine.statistics()));
            assertTrue(json.hasPath("ports.t.connections.accepted"));
            StatisticsPage.assertDocuments(json);
        }
    }

    @Test
    void shouldMissAKeyThatIsNotThere() {
        for (String key :
                new String[] {"ports.u.kernel.nothing", "ports.u.rx_dropped", "stages.s.lost", "traffic.rtt_ns.p98"}) {
            assertThrows(
                    AssertionError.class,
                    () -> StatisticsPage.assertDocuments(ConfigFactory.parseMap(Map.of(key, 1))),
                    key);
        }
    }
}
