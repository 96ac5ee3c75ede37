package io.millrace.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigChangeTest {
    private static final String PORT = "type = af-xdp, interface = eth1";

    private static EngineConfig config(String engine, String ports, String pipeline) {
        return EngineConfig.parse(
                "millrace { engine { " + engine + " }\n ports { " + ports + " }\n pipeline = [ " + pipeline + " ] }");
    }

    private static List<ConfigChange> changes(EngineConfig before, EngineConfig after) {
        return ConfigChange.between(before, after);
    }

    @Test
    void shouldFindNothingWhenConfigsSayTheSame() {
        assertEquals(
                List.of(),
                changes(
                        config(
                                "mode = pipelined",
                                "p { " + PORT + ", accept = [\"udp  dst port 9000\"] }",
                                "{ stage = drop }"),
                        config(
                                "",
                                "p { accept = [\"udp dst port 9000\"], batch = 64, " + PORT + " }",
                                "{ stage = drop }")));
    }

    @Test
    void shouldNameEachValueByItsPath() {
        assertEquals(
                List.of(
                        new ConfigChange("engine.cpus.poller", "\"none\"", "3"),
                        new ConfigChange("engine.mode", "\"pipelined\"", "\"inline\""),
                        new ConfigChange("ports.p.accept", "\"all\"", "[\"udp dst port 9000\"]"),
                        new ConfigChange("ports.p.rings.tx", "2048", "64")),
                changes(
                        config("", "p { " + PORT + " }", "{ stage = drop }"),
                        config(
                                "mode = inline, cpus { poller = 3 }",
                                "p { " + PORT + ", rings { tx = 64 }, accept = [\"udp dst port 9000\"] }",
                                "{ stage = drop }")));
    }

    @Test
    void shouldNameBlockThatOneOfThemHas() {
        EngineConfig one = config("", "p { " + PORT + " }", "{ stage = drop }");
        EngineConfig two = config("", "p { " + PORT + " }, q { type = af-xdp, interface = eth2 }", "{ stage = drop }");
        assertEquals(List.of(new ConfigChange("ports.q", "", "")), changes(one, two));
        assertEquals(List.of(new ConfigChange("ports.q", "", "")), changes(two, one));
    }

    @Test
    void shouldCompareThePipelineAsWhole() {
        List<ConfigChange> changes = changes(
                config("", "p { " + PORT + " }", "{ stage = drop }"),
                config("", "p { " + PORT + " }", "{ stage = count }, { stage = drop }"));
        assertEquals(
                List.of("pipeline"), changes.stream().map(ConfigChange::path).toList());
    }
}
