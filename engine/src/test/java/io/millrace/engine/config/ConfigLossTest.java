package io.millrace.engine.config;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** A config that HOCON would make less of than was written is refused; what HOCON joins on purpose is not. */
class ConfigLossTest {
    private static final String PORT = "ports { p { type = af-xdp, interface = eth1 } }";
    private static final String PIPELINE = "pipeline = [{ stage = drop }]";
    private static final String JOINED = " without a comma between them, which makes one of both; put a comma or a new"
        + " line before this one";

    private static String problem(String settings) {
        return assertThrows(ConfigException.class,
            () -> MillraceConfig.parse("millrace {\n" + settings.replace("~", "\n") + "\n}")).getMessage();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
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
    @ValueSource(strings = {
        "ports { p { type = af-xdp } }~ports.p.interface = eth1~" + PIPELINE,
        PORT + "~ports.p.batch = 8~ports.p.batch = ${?NOT_SET_ANYWHERE}~" + PIPELINE,
        PORT + "~pipeline = [{ stage = count }]~pipeline = ${millrace.pipeline} [{ stage = drop }]",
        PORT + "~pipeline = [{ stage = count }]~pipeline += { stage = drop }",
        PORT + "~pipeline = [~{ stage = count, name = a }~{ stage = count, name = b }~]",
    })
    void shouldTakeWhatHoconJoinsOnPurpose(String settings) {
        assertDoesNotThrow(() -> MillraceConfig.parse("millrace {\n" + settings.replace("~", "\n") + "\n}"));
    }

    @Test
    void shouldLeaveAloneWhatStandsBesideMillrace() {
        assertDoesNotThrow(() -> MillraceConfig.parse("base { type = af-xdp }\nmillrace {\n"
            + "ports.p = ${base} { interface = eth1 }\n" + PIPELINE + "\n}\nother { a = 1, a = 2 }"));
    }
}
