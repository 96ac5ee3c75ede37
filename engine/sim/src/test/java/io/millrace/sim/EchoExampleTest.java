package io.millrace.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.MillraceConfig;
import io.millrace.statistics.PortCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The test that docs/sim.md shows. */
class EchoExampleTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "sim.md");

    /** A UDP datagram of four bytes. */
    private static final byte[] QUESTION = HexFormat.of()
            .parseHex("020000000002" + "020000000001" + "0800" + "4500002000000000401166cb0a0000010a000002" + "23282329"
                    + "000c0000" + "01020304");

    private static final byte[] ANSWER = HexFormat.of()
            .parseHex("020000000001" + "020000000002" + "0800" + "4500002000000000401166cb0a0000020a000001" + "23292328"
                    + "000c0000" + "01020304");

    /** Every datagram comes back to its sender, and the engine has accounted for it. */
    @Test
    void shouldEcho() {
        MillraceConfig config = MillraceConfig.parse("""
            millrace {
              engine { mode = inline }
              ports { ingress { type = memory } }
              pipeline = [ { stage = reflect }, { stage = forward, to = ingress } ]
            }""");
        MemoryWire wire = MemoryWire.named("ingress");
        Engine engine = Engine.builder(config).start();
        try (engine) {
            assertTrue(wire.send(QUESTION));
            assertArrayEquals(ANSWER, wire.receive(10, TimeUnit.SECONDS));
        }
        assertEquals(1, engine.statistics().ports().getFirst().get(PortCounter.FORWARDED));
    }

    @Test
    void shouldBeWhatThePageShows() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/millrace/sim/EchoExampleTest.java"));
        Matcher shown = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertTrue(shown.find(), () -> "no piece of code in " + PAGE);
        assertTrue(source.contains(shown.group(1)), shown.group(1));
    }
}
