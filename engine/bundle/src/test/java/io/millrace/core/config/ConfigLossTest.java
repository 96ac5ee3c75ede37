package io.millrace.core.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A config of which HOCON would drop a part is refused; what HOCON joins on purpose is accepted. */
class ConfigLossTest {
    private static final String PORT = "ports { p { type = af-xdp, interface = eth1 } }";
    private static final String PIPELINE = "pipeline = [{ stage = drop }]";
    private static final String JOINED =
            " without a comma between them, which makes one of both; put a comma or a new" + " line before this one";

    @TempDir
    private Path folder;

    private static String problem(String settings) {
        return assertThrows(
                        ConfigException.class,
                        () -> EngineConfig.parse("millrace {\n" + settings.replace("~", "\n") + "\n}"))
                .getMessage();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "pipeline = [ { stage = count } { stage = drop } ] | 2 | two blocks in the list pipeline",
                "pipeline = [ [{ stage = count } { stage = drop }] ] | 2 | two blocks in the list pipeline",
                "pipeline = [ [{ stage = count }] [{ stage = drop }] ] | 2 | two lists in the list pipeline",
                "ports.f.multicast = [~{ group = a }~{ group = b } { group = c }] | 4 | two blocks in the list"
                        + " ports.f.multicast",
                "ports.p.accept = [\"udp\" \"tcp\"] | 2 | two texts in the list ports.p.accept",
            })
    void shouldRefuseItemsOfAListWithoutAComma(String settings, int line, String problem) {
        assertEquals("config:" + line + ": " + problem + JOINED, problem(settings));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "engine.mode = inline~engine.mode = pipelined | 3 | engine.mode is set twice, here and in line 2",
                "ports.p.type = udp~ports { p { type = tcp } } | 3 | ports.p.type is set twice, here and in line 2",
                "ports { p { type = udp~# a comment~} }~\"ports\".p { type = tcp } | 5 | ports.p.type is set twice,"
                        + " here and"
                        + " in line 2",
                "pipeline = [{ stage = count~stage = drop }] | 3 | pipeline.stage is set twice, here and in line 2",
                "pipeline = []~pipeline = [{ stage = drop }] | 3 | pipeline is set twice, here and in line 2",
                "pipeline += { stage = count }~pipeline = [{ stage = drop }] | 3 | pipeline is set twice, here and"
                        + " in line 2",
                "ports.p.batch = ${?NOT_SET_ANYWHERE}~ports.p.batch = 8 | 3 | ports.p.batch is set twice, here and"
                        + " in line 2",
                "engine.idle = wait~engine.idle = ${millrace.engine.mode} | 3 | engine.idle is set twice, here and"
                        + " in line 2",
                "engine.mode = inline~engine.mode = ${?NOT_SET_ANYWHERE}~engine.mode = pipelined | 4 |"
                        + " engine.mode is set"
                        + " twice, here and in line 3",
                "ports.p.batch = 8~ports = 5 | 3 | ports is set twice, here and in line 2",
                "ports.p = 5~ports.p.batch = 8 | 3 | ports.p is set twice, here and in line 2",
                "engine = { mode = inline } {~mode = pipelined } | 3 | engine.mode is set twice, here and in line 2",
                "engine { mode = inline, mode = pipelined } | 2 | engine.mode is set twice in this line",
            })
    void shouldNameBothLinesOfAKeyThatIsSetTwice(String settings, int line, String problem) {
        assertEquals("config:" + line + ": " + problem + "; keep one of them", problem(settings));
    }

    @Test
    void shouldFindALossInAnOverride() {
        String problem = assertThrows(
                        ConfigException.class,
                        () -> EngineConfig.load(
                                file("gateway.conf", "millrace { " + PORT + ", " + PIPELINE + " }"),
                                Map.of("pipeline", "[{ stage = count } { stage = drop }]")))
                .getMessage();
        assertEquals("--set pipeline: two blocks in the list pipeline" + JOINED, problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ports.conf  | p { type = af-xdp~interface = eth1~interface = eth2 } | 3 | ports.p.interface | 2",
                "ports.properties | p.type=af-xdp~# p.batch=1~p.batch=\\~  8~ p.batch : 9 | 5 | ports.p.batch | 3",
                "ports.properties | p.type=af-xdp~p=1 | 2 | ports.p | 1",
                "ports.properties | p=1~p.type=af-xdp | 2 | ports.p | 1",
            })
    void shouldFindItInFilesThatAreIncludedInABlock(String name, String text, int line, String key, int first)
            throws IOException {
        file(name, text.replace("~", "\n"));
        Path gateway = file("gateway.conf", "millrace {\nports { include \"" + name + "\" }\n" + PIPELINE + "\n}");
        String problem = assertThrows(ConfigException.class, () -> EngineConfig.load(gateway))
                .getMessage();
        assertEquals(
                name + ":" + line + ": " + key + " is set twice, here and in line " + first + "; keep one of them",
                problem.replace(folder + "/", ""));
    }

    @Test
    void shouldFindItInWhatAnotherFileRefersTo() throws IOException {
        file("base.conf", "base { type = af-xdp\nbatch = 8\nbatch = 9 }\nother { a = 1, a = 2 }");
        Path gateway = file(
                "gateway.conf",
                "include \"base.conf\"\nmillrace {\nports.p = ${base} { interface = x }\n" + PIPELINE + "\n}");
        String problem = assertThrows(ConfigException.class, () -> EngineConfig.load(gateway))
                .getMessage();
        assertEquals(
                "base.conf:3: base.batch is set twice, here and in line 2; keep one of them",
                problem.replace(folder + "/", ""));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ports { p { type = af-xdp } }~ports.p.interface = eth1~" + PIPELINE,
                PORT + "~ports.p.batch = 8~ports.p.batch = ${?NOT_SET_ANYWHERE}~" + PIPELINE,
                PORT + "~pipeline = [{ stage = count }]~pipeline = ${millrace.pipeline} [{ stage = drop }]",
                PORT + "~pipeline = [{ stage = count }]~pipeline += { stage = drop }",
                PORT + "~pipeline = [~{ stage = count, name = a }~{ stage = count, name = b }~]",
                "ports { p { type = af-xdp } }~ports { p { interface = eth1 } }~ports { q { type = udp, bind ="
                        + " \"*:9\" } }~"
                        + PIPELINE,
                PORT + "~engine.idle = wait~engine.idle = ${?NOT_SET_ANYWHERE}~engine.idle = ${?NOR_THIS}~" + PIPELINE,
                "ports { p { type = af-xdp, interface = eth1 }~p { include file(\"not-there.conf\") } }~" + PIPELINE,
            })
    void shouldTakeWhatHoconJoinsOnPurpose(String settings) {
        assertDoesNotThrow(() -> EngineConfig.parse("millrace {\n" + settings.replace("~", "\n") + "\n}"));
    }

    @Test
    void shouldLeaveAloneWhatStandsBesideMillrace() {
        assertDoesNotThrow(() -> EngineConfig.parse("base { type = af-xdp }\nmillrace {\n"
                + "ports.p = ${base} { interface = eth1 }\n" + PIPELINE + "\n}\nother { a = 1, a = 2 }"));
        assertDoesNotThrow(() -> EngineConfig.parse("app { a = 1 }\napp { a = 2, nic = eth1 }\nmillrace {\n"
                + "ports.p { type = af-xdp, interface = ${app.nic} }\n" + PIPELINE + "\n}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "app { nic = eth0, nic = eth1 } | app.nic",
                "app.nic = eth0, app = 5, app.nic = eth1 | app",
                "app.nic = ${app.own}, app.own = eth0, app.own = eth1 | app.own",
            })
    void shouldRefuseWhatIsLostOfWhatIsReferredTo(String beside, String key) {
        String problem = assertThrows(
                        ConfigException.class,
                        () -> EngineConfig.parse(beside + "\nmillrace {\n"
                                + "ports.p { type = af-xdp, interface = ${app.nic} }\n" + PIPELINE + "\n}"))
                .getMessage();
        assertTrue(problem.contains("config:1: " + key + " is set twice in this line"), problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ports { u { type = udp, bind = \"*:9\"~ multicast = [${?NOT_SET}] } } | 3 | ports.u.multicast",
                "ports { p { type = af-xdp, interface = e~ metadata = [${?NOT_SET}], accept = [] } } | 3 |"
                        + " ports.p.metadata",
                "ports { p { type = af-xdp, interface = e~ accept = [], metadata = [ # none~${?NOT_SET}] } } | 3 |"
                        + " ports.p.metadata",
                "engine.cpus.stages = [${?NOT_SET}] | 2 | engine.cpus.stages",
                "pipeline = [${?NOT_SET}] | 2 | pipeline",
                "pipeline = [~{ stage = count }~[${?NOT_SET}, ${?NOR_THIS}]~] | 4 | pipeline",
            })
    void shouldRefuseAListThatSubstitutionsLeaveNothingOf(String settings, int line, String key) {
        assertEquals(
                "config:" + line + ": " + key + " has nothing left of its list, because what its substitutions name is"
                        + " not set; set that, or write [] if an empty list is meant",
                problem(settings));
    }

    @Test
    void shouldLeaveListsInTheConfigOfAUsersStageToThatStage() {
        assertDoesNotThrow(() -> EngineConfig.parse("millrace {\n" + PORT
                + "\npipeline = [{ class = com.acme.Decode, config { groups = [${?NOT_SET}] } }]\n}"));
    }
}
