package io.millrace.lab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Checks docs/statistics.md, which has to name every key of every JSON that a command writes. */
public final class StatisticsPage {
    private static final Path PAGE = Path.of("../../docs/statistics.md");
    private static final Pattern KEY = Pattern.compile("`([a-z0-9_.]+(?:NAME\\.[a-z_]+)?\\*?)`");
    /** Before a key of a port, of a stage, of the demo's driver. */
    private static final String PORT = "ports\\.[^.]+\\.";

    private static final String STAGE = "stages\\.[^.]+\\.";
    private static final String ANY_LOSS = "lost_by.";
    /** Of a port, by the kind of trouble and the error's name. */
    private static final String ANY_ERROR = "errors.";

    private StatisticsPage() {}

    /** Fails if the page lacks a key. */
    public static void assertDocuments(Config json) throws IOException {
        Set<String> documented = KEY.matcher(Files.readString(PAGE))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
        Set<String> missing = new TreeSet<>();
        collect("", json.root().unwrapped(), missing);
        missing.removeIf(key -> documented.contains(key) || key.startsWith(ANY_LOSS) || key.startsWith(ANY_ERROR));
        assertEquals(Set.of(), missing, "keys that docs/statistics.md does not name");
    }

    private static void collect(String path, Map<?, ?> map, Set<String> keys) {
        map.forEach((key, value) -> {
            String full = path + key;
            if (value instanceof Map<?, ?> inner) {
                collect(full + ".", inner, keys);
            } else {
                keys.add(full.replaceFirst("^run\\.", "")
                        .replaceFirst("^traffic\\.", "")
                        .replaceFirst("^" + PORT, "")
                        .replaceFirst("^" + STAGE, "stages.NAME."));
            }
        });
    }
}
