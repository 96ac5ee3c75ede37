package io.millrace.core.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ConfigException;
import io.millrace.core.stage.FramingStage;
import io.millrace.spi.Framing;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options of built-in stages that have defaults; {@link ConfigProblemsTest} has those that name ports. */
class StageOptionsTest {
    private static final String TCP = "orders { type = tcp, bind = \"*:9000\" }";

    private static EngineConfig read(String ports, String stages) {
        return EngineConfig.parse("millrace {\n ports { " + ports + " }\n pipeline = [\n" + stages + "\n]\n}");
    }

    private static StageSpec first(String stage) {
        return read(TCP, stage).pipeline().getFirst().stages().getFirst();
    }

    private static Framing framing(String stage) {
        return ((FramingStage) first(stage).newStage()).framing();
    }

    private static Framing.ByLength byLength(String options) {
        return (Framing.ByLength) framing("{ stage = frame-by-length" + options + " }");
    }

    private static Framing.ByDelimiter byDelimiter(String options) {
        return (Framing.ByDelimiter) framing("{ stage = frame-by-delimiter" + options + " }");
    }

    private static String problem(String ports, String stages) {
        return assertThrows(ConfigException.class, () -> read(ports, stages)).getMessage();
    }

    @Test
    void shouldFillInDefaults() {
        Framing.ByLength length = byLength("");
        assertEquals(4, length.prefixLength());
        assertFalse(length.littleEndian());
        assertEquals(1 << 20, length.max());
        assertTrue(length.strip());
        Framing.ByDelimiter delimiter = byDelimiter("");
        assertArrayEquals(new byte[] {'\n'}, delimiter.delimiter());
        assertEquals(1 << 20, delimiter.max());
        assertTrue(delimiter.strip());
    }

    @Test
    void shouldReadEveryOption() {
        Framing.ByLength length = byLength(", size = 2, order = little, max = 64KiB, strip = off");
        assertEquals(2, length.prefixLength());
        assertTrue(length.littleEndian());
        assertEquals(64 << 10, length.max());
        assertFalse(length.strip());
        Framing.ByDelimiter delimiter = byDelimiter(", delimiter = \"\\r\\né\\u0000\", max = 1000, strip = false");
        assertArrayEquals("\r\n\u00e9\0".getBytes(StandardCharsets.UTF_8), delimiter.delimiter());
        assertEquals(1000, delimiter.max());
        assertFalse(delimiter.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ stage = frame-by-length }",
                "{ stage = frame-by-length, size = \"1\", max = 5 }",
                "{ stage = frame-by-length, order = little, max = 3MiB, strip = false, name = cut }",
                "{ stage = frame-by-delimiter }",
                "{ stage = frame-by-delimiter, delimiter = \"\\u0001\\\"10=\", strip = off }"
            })
    void shouldReadAnEqualConfigFromARenderedOne(String stage) {
        EngineConfig config = read(TCP, stage);
        EngineConfig again = EngineConfig.parse(config.render());
        assertEquals(config, again);
        assertEquals(config.render(), again.render());
    }

    @Test
    void shouldBeEqualHoweverAValueIsWritten() {
        assertEquals(
                first("{ stage = frame-by-length }"),
                first("{ stage = frame-by-length, size = \"4\", max = 1024 KiB, strip = true }"));
    }

    @Test
    void shouldRenderOptionsInTheOrderOfTheReference() {
        String rendered =
                read(TCP, "{ stage = frame-by-length, strip = off, size = 2 }").render();
        assertTrue(
                rendered.contains("    { stage = frame-by-length, name = \"frame-by-length\", size = 2, "
                        + "order = \"big\", max = \"1MiB\", strip = \"off\" }\n"),
                rendered);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "frame-by-length, size = 3 | size is 3; write 1, 2 or 4",
                "frame-by-length, size = two | size is 'two', which is not one of its values; write 1, 2 or 4",
                "frame-by-length, order = lttle | order is 'lttle', which is not one of its values; did you mean"
                        + " 'little'?",
                "frame-by-length, max = 0 | max is 0, less than 1; use a size, 1 to 1GiB",
                "frame-by-length, max = 2GiB | max is 2GiB, more than 1GiB; use a size, 1 to 1GiB",
                "frame-by-length, strip = yes | strip is 'yes', which is not one of its values; write on or off",
                "frame-by-delimiter, delimiter = 3 | delimiter is 3; write a text of 1 to 16 bytes, in double quotes",
                "frame-by-delimiter, delimiter = \"\" | delimiter is '', 0 bytes long; write a text of 1 to 16"
                        + " bytes, in "
                        + "double quotes",
                "frame-by-delimiter, delimiter = \"12345678éééé0\" | delimiter is '12345678éééé0', 17 bytes long;"
                        + " write a text "
                        + "of 1 to 16 bytes, in double quotes",
                "frame-by-delimiter, delimiter = \"a\\ud800\" | delimiter is 'a?', which holds half a character;"
                        + " write a text "
                        + "of 1 to 16 bytes, in double quotes",
            })
    void shouldSayWhatIsWrong(String stage, String expected) {
        assertEquals("config:4: pipeline[0]." + expected, problem(TCP, "{ stage = " + stage + " }"));
    }

    @Test
    void shouldSuggestOptions() {
        assertEquals(
                "config:4: unknown key 'sizes' in pipeline[0]; did you mean 'size'?",
                problem(TCP, "{ stage = frame-by-length, sizes = 2 }"));
        assertEquals(
                "config:4: unknown key 'size' in pipeline[0]; keys here: stage, name, delimiter, max, strip,"
                        + " unterminated",
                problem(TCP, "{ stage = frame-by-delimiter, size = 2 }"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ stage = count }, { stage = frame-by-length } | pipeline[1] is frame-by-length, whose frames"
                        + " all other "
                        + "stages see; move it to the start of the pipeline, outside inner lists",
                "[{ stage = count }, { stage = frame-by-length }] | pipeline[0] is frame-by-length, whose frames"
                        + " all other "
                        + "stages see; move it to the start of the pipeline, outside inner lists",
                "{ stage = frame-by-delimiter }, { stage = frame-by-length } | pipeline[1] is frame-by-length, and "
                        + "frame-by-delimiter cuts the streams already; keep one of them",
            })
    void shouldWantAFramerFirstAndAlone(String stages, String expected) {
        assertEquals("config:4: " + expected, problem(TCP, stages));
    }

    @Test
    void shouldWantAPortWithByteStreams() {
        assertEquals(
                "config:4: pipeline[0] is frame-by-length, and no port has a byte stream to cut; add a port with "
                        + "type = tcp, or remove the stage",
                problem("feed { type = udp, bind = \"*:9000\" }", "{ stage = frame-by-length }"));
        read(TCP + ", feed { type = udp, bind = \"*:9000\" }", "[{ stage = frame-by-length }], { stage = count }");
    }

    @Test
    void shouldNotMissATcpPortThatHasProblemsItself() {
        assertEquals(
                "config:2: ports.orders.batch is 0, less than 1; use a whole number, 1 to 4096",
                problem("orders { type = tcp, bind = \"*:9000\", batch = 0 }", "{ stage = frame-by-length }"));
    }
}
