package io.millrace.lab.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestEventTest {
    @Test
    void shouldReadWhatWasWritten() {
        Map<String, Object> fields = Map.of(
                "name",
                "echo \"x\" = 1, {a}",
                "passed",
                true,
                "duration_ns",
                12_000_000_000L,
                "engine",
                Map.of("ports", Map.of("p", Map.of("rx_frames", 7))));
        String line = new GuestEvent(GuestEvent.Kind.CHECK, fields).line();
        assertEquals(1, line.lines().count());
        GuestEvent read = GuestEvent.parse("garbage before it" + line).orElseThrow();
        assertEquals(GuestEvent.Kind.CHECK, read.kind());
        assertEquals("echo \"x\" = 1, {a}", read.text("name"));
        assertTrue(read.flag("passed"));
        assertEquals(12e9, read.number("duration_ns"));
        assertEquals(
                Map.of("ports", Map.of("p", Map.of("rx_frames", 7))),
                read.fields().get("engine"));
    }

    @Test
    void shouldHaveAValueForFieldsThatAreNotThere() {
        GuestEvent end = GuestEvent.parse(new GuestEvent(GuestEvent.Kind.END, Map.of()).line())
                .orElseThrow();
        assertEquals("", end.text("x"));
        assertEquals(0, end.number("x"));
        assertEquals(false, end.flag("x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[    1.2] Linux version 7.3",
                "@millrace ",
                "@millrace {\"event\":\"CHECK\",\"na",
                "@millrace {\"event\":\"NONE\"}",
                "@millrace {}"
            })
    void shouldPassOverWhatIsNoEvent(String line) {
        assertTrue(GuestEvent.parse(line).isEmpty());
    }
}
