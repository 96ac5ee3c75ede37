package io.millrace.lab.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No text of Millrace depends on the digits, cases or separators of the user's language: tools read them. */
class SourceLocaleTest {
    private static final Pattern DEPENDS_ON_LOCALE = Pattern.compile(
            "(?:String\\.format|\\.printf|\\bofPattern)\\((?!\\s*Locale\\.ROOT)(?![^;]*?Locale\\.ROOT\\))"
                    + "|\\.formatted\\(|\\.to(?:Lower|Upper)Case\\(\\)|new Formatter\\(|new"
                    + " Scanner\\(|NumberFormat\\.get|MessageFormat\\b");
    private static final List<String> MODULES = List.of(
            "native",
            "ring-buffers",
            "xdp-programs",
            "engine/wire",
            "engine/api",
            "engine/core",
            "engine/afxdp",
            "engine/sockets",
            "engine/sim",
            "harness/cli",
            "harness/lab");

    private static List<String> findings(Path file) throws IOException {
        String text = Files.readString(file);
        return DEPENDS_ON_LOCALE
                .matcher(text)
                .results()
                .map((MatchResult found) -> file + ":"
                        + (1
                                + text.substring(0, found.start())
                                        .chars()
                                        .filter(c -> c == '\n')
                                        .count()) + ": " + found.group())
                .toList();
    }

    @Test
    void shouldNameTheRootLocaleWhereverOneCounts() throws IOException {
        List<String> all = new ArrayList<>();
        int files = 0;
        for (String module : MODULES) {
            try (Stream<Path> tree = Files.walk(Path.of("..", "..", module, "src/main/java"))) {
                for (Path file :
                        tree.filter(path -> path.toString().endsWith(".java")).toList()) {
                    all.addAll(findings(file));
                    files++;
                }
            }
        }
        assertEquals(List.of(), all);
        assertTrue(files > 300, "the sources are where they are looked for: " + files);
    }
}
