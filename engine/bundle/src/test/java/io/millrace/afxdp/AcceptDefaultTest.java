package io.millrace.afxdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ConfigException;
import io.millrace.core.config.EngineConfig;
import io.millrace.spi.PortSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A port takes every frame, SSH and ARP too, when it is asked to; when nobody asked, the engine says so. */
class AcceptDefaultTest {
    private static final String WARNING = ": ports.p has no accept, so that it takes every frame from the kernel, SSH"
            + " and ARP too; write accept = [\"udp dst port 9000\"] for some, or accept = all";

    @TempDir
    private Path folder;

    private static String text(String settings) {
        return "millrace {\n ports {\n p { type = af-xdp, interface = eth1\n" + settings + "\n} }\n"
                + " pipeline = [{ stage = drop }]\n}";
    }

    private static EngineConfig read(String settings) {
        return EngineConfig.parse(text(settings));
    }

    private static PortSettings port(EngineConfig config) {
        return config.ports().getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "accept = null", "accept = ${?NOT_SET_ANYWHERE}"})
    void shouldWarnOfAPortThatTakesEveryFrameUnasked(String settings) {
        EngineConfig config = read(settings);
        assertTrue(port(config).get(AfXdpKeys.ACCEPT).isEmpty());
        assertEquals(List.of("config:3" + WARNING), config.warnings());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "accept = all",
                "accept = []",
                "accept = [\"udp\"]",
                "accept = all\naccept = ${?NOT_SET_ANYWHERE}",
                "accept = []\naccept = ${?NOT_SET_ANYWHERE}",
                "accept = [\n]",
                "accept =\n\n [ # none\n\n ]",
                "accept = []\naccept = ${millrace.ports.p.accept} [${?NOT_SET_ANYWHERE}]",
                "metadata = [hash], accept = []",
                "accept = [], accept += ${?NOT_SET_ANYWHERE}"
            })
    void shouldNotWarnOfWhatIsWritten(String settings) {
        assertEquals(List.of(), read(settings).warnings());
    }

    @Test
    void shouldTakeEveryFrameByTheWordAsByTheEmptyList() {
        assertEquals(read("accept = []"), read("accept = all"));
        assertEquals(List.of(), port(read("accept = all")).get(AfXdpKeys.ACCEPT));
    }

    @Test
    void shouldAskForItInWhatIsPrinted() {
        EngineConfig printed = EngineConfig.parse(read("").render());
        assertTrue(read("").render().contains("accept = all "), read("").render());
        assertEquals(read(""), printed);
        assertEquals(List.of(), printed.warnings());
    }

    @Test
    void shouldWarnOfPortsOfTheOtherTypesNever() {
        assertEquals(
                List.of(),
                EngineConfig.parse("millrace { ports { u { type = udp, bind = \"*:9\" }, t {"
                                + " type = tcp, bind = \"*:9\" } }, pipeline = [{ stage = drop }] }")
                        .warnings());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[ALL] | holds 'ALL' | ` `",
                "[all] | holds 'all', which is no rule; write it without the brackets | ` `",
                "al | is 'al'; write a list of rules, as in [\"udp dst port 9000\"], or all | ` `",
            })
    void shouldSayHowTheWordIsWritten(String value, String problem) {
        String message = assertThrows(ConfigException.class, () -> read("accept = " + value))
                .getMessage();
        assertTrue(
                message.contains("ports.p.accept " + problem)
                        || problem.equals("holds 'ALL'") && message.contains("'ALL'"),
                message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "accept = [${?NOT_SET_ANYWHERE}]",
                "accept = [\n${?NOT_SET_ANYWHERE}, ${?NOR_THIS}\n]",
                "accept += ${?NOT_SET_ANYWHERE}",
                "accept = [${?NOT_SET_ANYWHERE}] [${?NOR_THIS}]",
                "metadata = [], accept = [${?NOT_SET_ANYWHERE}]",
                "accept = [${?NOT_SET_ANYWHERE}], metadata = []",
                "metadata = [], accept += ${?NOT_SET_ANYWHERE}",
                "accept = [${?NOT_SET_ANYWHERE}${?NOR_THIS}], metadata = []"
            })
    void shouldRefuseAListThatSubstitutionsLeaveNothingOf(String settings) {
        assertEquals(
                "config:4: ports.p.accept has nothing left of its list, because what its substitutions name is not"
                        + " set; set that, or write [] if an empty list is meant",
                assertThrows(ConfigException.class, () -> read(settings)).getMessage());
    }

    @Test
    void shouldRefuseItInAnotherFileAndInAnOverride() throws IOException {
        Path gateway = Files.writeString(
                folder.resolve("a.conf"), "rules = [${?NOT_SET_ANYWHERE}]\n" + text("accept = ${rules}"));
        String left = "ports.p.accept has nothing left of its list, because what its substitutions name is not set; set"
                + " that, or write [] if an empty list is meant";
        assertEquals(
                gateway + ":1: " + left,
                assertThrows(ConfigException.class, () -> EngineConfig.load(gateway))
                        .getMessage());
        Files.writeString(folder.resolve("rules.conf"), "\naccept = [${?NOT_SET_ANYWHERE}]");
        Files.writeString(gateway, text("include \"rules.conf\""));
        assertEquals(
                folder.resolve("rules.conf") + ":2: " + left,
                assertThrows(ConfigException.class, () -> EngineConfig.load(gateway))
                        .getMessage());
        assertEquals(
                List.of(),
                port(EngineConfig.load(gateway, Map.of("ports.p.accept", "all")))
                        .get(AfXdpKeys.ACCEPT));
        assertEquals(
                "--set ports.p.accept: " + left,
                assertThrows(
                                ConfigException.class,
                                () -> EngineConfig.load(gateway, Map.of("ports.p.accept", "[${?NOT_SET_ANYWHERE}]")))
                        .getMessage());
        assertEquals(
                "--set ports.p: " + left,
                assertThrows(
                                ConfigException.class,
                                () -> EngineConfig.load(
                                        gateway,
                                        Map.of("ports.p", "{ metadata = [], accept = [${?NOT_SET_ANYWHERE}] }")))
                        .getMessage());
    }
}
