package com.example.pipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ConfigException;
import io.millrace.Engine;
import io.millrace.FrameKind;
import io.millrace.MillraceConfig;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A kind of port that the engine knows nothing of does all that the engine's own kinds do. */
@Timeout(60)
class PipePortTest {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    private static String config(String mode, String to) {
        return """
            millrace {
              engine { mode = %s }
              ports {
                a { type = pipe, pipe = "%s-a", frames = 64, batch = 16 }
                b { type = pipe, pipe = "%1$s-b" }
              }
              pipeline = [ { stage = forward, to = %3$s } ]
            }""".formatted(mode, mode, to);
    }

    private static void offer(Pipe pipe, String text) {
        UnsafeBuffer frame = new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (!pipe.offer(frame, 0, frame.capacity())) {
            assertTrue(System.nanoTime() - deadline < 0, "the engine takes nothing");
            Thread.onSpinWait();
        }
    }

    private static List<String> await(Pipe pipe, int count) {
        List<String> texts = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (texts.size() < count) {
            assertTrue(System.nanoTime() - deadline < 0, () -> "only " + texts.size() + " of " + count);
            pipe.poll((type, buffer, index, length) -> texts.add(buffer.getStringWithoutLengthUtf8(index, length)));
        }
        return texts;
    }

    /** More frames than the port has, so that each has to come home; to the port itself, and to another. */
    @ParameterizedTest
    @ValueSource(strings = {"inline a", "inline b", "pipelined a", "pipelined b"})
    void shouldPassFramesOnAndAccountForEach(String modeAndTarget) {
        String mode = modeAndTarget.split(" ")[0];
        String to = modeAndTarget.split(" ")[1];
        List<String> sent = new ArrayList<>();
        Engine engine = Engine.builder(MillraceConfig.parse(config(mode, to))).start();
        try (engine) {
            for (int i = 0; i < 500; i++) {
                sent.add("frame " + i);
                offer(Pipe.named(mode + "-a"), sent.getLast());
            }
            assertEquals(sent, await(Pipe.named(mode + "-" + to), sent.size()));
        }
        assertNull(engine.failure());
        PortStatistics a = engine.statistics().ports().getFirst();
        PortStatistics out = engine.statistics().ports().get(to.equals("a") ? 0 : 1);
        assertEquals(500, a.get(PortCounter.RX_FRAMES));
        assertEquals(500, a.get(PortCounter.FORWARDED));
        assertEquals(500, out.get(PortCounter.TX_FRAMES));
        assertEquals(0, a.unaccounted());
        assertEquals(a.frames().total(), a.frames().free(), a::toString);
        assertEquals(0, a.frames().lost());
    }

    @Test
    void shouldShowFramesToStages() throws Exception {
        List<FrameKind> kinds = new ArrayList<>();
        MillraceConfig config = MillraceConfig.parse("millrace { ports { p { type = pipe, pipe = stages } } }");
        try (Engine engine = Engine.builder(config)
                .stage("kind", frame -> {
                    kinds.add(frame.kind());
                    frame.buffer().putByte(0, (byte) 'M');
                    frame.forward(frame.portId());
                })
                .start()) {
            offer(Pipe.named("stages"), "millrace");
            assertEquals(List.of("Millrace"), await(Pipe.named("stages"), 1));
            assertFalse(engine.statistics().ports().isEmpty());
        }
        assertEquals(List.of(FrameKind.DATAGRAM), kinds);
    }

    @Test
    void shouldCountWhatIsTooLong() {
        MillraceConfig config = MillraceConfig.parse(
                "millrace { ports { p { type = pipe, pipe = long } }, pipeline = [ { stage = forward, to = p } ] }");
        Engine engine = Engine.builder(config).start();
        try (engine) {
            offer(Pipe.named("long"), "x".repeat(2049));
            offer(Pipe.named("long"), "x".repeat(2048));
            assertEquals(1, await(Pipe.named("long"), 1).size());
        }
        PortStatistics port = engine.statistics().ports().getFirst();
        assertEquals(1, port.get(PortCounter.RX_TRUNCATED));
        assertEquals(1, port.get(PortCounter.RX_FRAMES));
    }

    @Test
    void shouldTakeWhatItsRulesNameAndTakeOthersWhileItRuns() {
        MillraceConfig config = MillraceConfig.parse("""
            millrace {
              ports { p { type = pipe, pipe = rules, accept = "a" } }
              pipeline = [ { stage = forward, to = p } ]
            }""");
        Engine engine = Engine.builder(config).start();
        try (engine) {
            offer(Pipe.named("rules"), "b1");
            offer(Pipe.named("rules"), "a1");
            assertEquals(List.of("a1"), await(Pipe.named("rules"), 1));
            assertEquals(List.of("a"), engine.port("p").accepted());
            engine.port("p").accept(List.of("b", "cc"));
            for (String text : List.of("a2", "b2", "c", "cc2")) {
                offer(Pipe.named("rules"), text);
            }
            assertEquals(List.of("b2", "cc2"), await(Pipe.named("rules"), 2));
        }
        PortStatistics port = engine.statistics().ports().getFirst();
        assertEquals(3, port.details(PipeStatistics.class).passed());
        assertEquals(3, port.get(PortCounter.RX_FRAMES));
    }

    @Test
    void shouldTellWhatOnlyItsKindKnows() {
        MillraceConfig config = MillraceConfig.parse("millrace { ports { p { type = pipe, pipe = details } } }");
        Engine engine = Engine.builder(config).stage("any", frame -> {}).start();
        engine.close();
        offer(Pipe.named("details"), "comes too late");
        PortStatistics port = engine.statistics().ports().getFirst();
        assertEquals(new PipeStatistics(0, 0), port.details(PipeStatistics.class));
        assertEquals(
                Map.of("pipe", Map.of("waiting_bytes", 0L, "passed", 0L)),
                port.details().toMap(port));
    }

    /** What {@code check} prints. */
    @Test
    void shouldBeWrittenWithItsDefaults() {
        String text = MillraceConfig.parse("millrace { ports { p { type = pipe, pipe = x } }, pipeline = [] }")
                .render();
        for (String line : List.of(
                "type = pipe", "pipe = \"x\"", "frames = 1024", "frame-size = 2KiB", "batch = 64", "accept = all")) {
            assertTrue(text.contains(line), text);
        }
        assertEquals(text, MillraceConfig.parse(text).render());
    }

    private static String problem(String keys) {
        return assertThrows(
                        ConfigException.class,
                        () -> MillraceConfig.parse(
                                "millrace { pipeline = [ { stage = drop } ]\n ports { p { type = pipe\n " + keys
                                        + " } } }"))
                .getMessage();
    }

    @Test
    void shouldBeRefusedWithThePlaceAndTheRemedy() {
        assertTrue(problem("").contains("pipe is missing"), () -> problem(""));
        assertEquals(
                "config:3: unknown key 'frame' in ports.p; did you mean 'frames'?", problem("pipe = x, frame = 3"));
        assertEquals(
                "config:3: ports.p.batch is 40, more than frames, 32; use fewer",
                problem("pipe = x, frames = 32, batch = 40"));
        assertTrue(
                problem("pipe = x, frames = 0").startsWith("config:3: ports.p.frames is 0"),
                () -> problem("pipe = x, frames = 0"));
    }

    /** Each piece of Java on the page is in the sources, line for line. */
    @Test
    void shouldBeWhatThePageShows() throws IOException {
        List<String> sources = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sources.add(Files.readString(file));
            }
        }
        String page = Files.readString(Path.of("..", "..", "docs", "port-kinds.md"));
        Matcher pieces = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(page);
        int count = 0;
        while (pieces.find()) {
            String piece = pieces.group(1);
            assertTrue(sources.stream().anyMatch(source -> source.contains(piece)), piece);
            count++;
        }
        assertTrue(count >= 4, "the page has pieces of code: " + count);
    }
}
