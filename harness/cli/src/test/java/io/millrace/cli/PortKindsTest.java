package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The commands know the types of ports by what these tell of themselves alone. */
class PortKindsTest {
    private static final List<String> KINDS = List.of("io.millrace.afxdp", "io.millrace.sockets");

    @Test
    void shouldNameNoClassOfAPortType() throws IOException {
        Set<String> found = new TreeSet<>();
        int seen = 0;
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                String text = Files.readString(file);
                seen++;
                KINDS.stream().filter(text::contains).forEach(kind -> found.add(file.getFileName() + ": " + kind));
            }
        }
        assertEquals(Set.of(), found);
        assertTrue(seen > 20, "sources were found: " + seen);
    }
}
