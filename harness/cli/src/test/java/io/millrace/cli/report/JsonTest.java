package io.millrace.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    private static Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("count", Long.MAX_VALUE);
        tree.put("share", 0.25);
        tree.put("on", true);
        tree.put("names", List.of("a", "b"));
        tree.put("numbers", Arrays.asList(1, null, -3));
        tree.put("inner", Map.of("deeper", Map.of("none", List.of())));
        return tree;
    }

    @Test
    void shouldWriteOneLineInOrderOfTheTree() {
        assertEquals(
                "{\"count\":9223372036854775807,\"share\":0.25,\"on\":true,\"names\":[\"a\",\"b\"],"
                        + "\"numbers\":[1,null,-3],"
                        + "\"inner\":{\"deeper\":{\"none\":[]}}}",
                Json.line(tree()));
    }

    @Test
    void shouldBeReadAsWhatWasWritten() {
        assertEquals(
                ConfigValueFactory.fromMap(tree()),
                ConfigFactory.parseString(Json.line(tree())).root());
    }

    @Test
    void shouldEscapeWhatStringsMayNotHold() {
        Map<String, String> odd =
                Map.of("a \"quoted\" key", "line\nbreak, tab\t, back\\slash, \u0001, \u00fc and \ud83d\ude00");
        String line = Json.line(odd);
        assertEquals(1, line.lines().count());
        assertEquals(odd, ConfigFactory.parseString(line).root().unwrapped());
    }

    @Test
    void shouldWriteAKeyALineForPeople() {
        assertEquals("""
            {
                "count": 9223372036854775807,
                "share": 0.25,
                "on": true,
                "names": ["a", "b"],
                "numbers": [1, null, -3],
                "inner": {
                    "deeper": {
                        "none": []
                    }
                }
            }
            """, Json.text(tree()));
        assertEquals(
                """
            {
                "lists": [
                    [1, 2],
                    [],
                    {
                        "a": 1,
                        "b": 2
                    },
                    {}
                ]
            }
            """, Json.text(Map.of("lists", List.of(List.of(1, 2), List.of(), Map.of("b", 2, "a", 1), Map.of()))));
        assertEquals(
                ConfigValueFactory.fromMap(tree()),
                ConfigFactory.parseString(Json.text(tree())).root());
    }
}
