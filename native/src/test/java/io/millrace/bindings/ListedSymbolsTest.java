package io.millrace.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The lists of {@code src/main/jextract} name what the modules of this repository use, and no more. A symbol is used
 * when the Java code that is written by hand, that of tests included, calls it or names its class. A structure is
 * used, too, when another generated structure that is used has it as a member.
 */
class ListedSymbolsTest {
    private static final Path REPOSITORY = Path.of("..");
    private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\\n]*");
    /**
     * Functions and constants are called; {@code socket$address()}, and of a function with a variable number of
     * arguments {@code ioctl.makeInvoker()} and {@code ioctl::address}, stand for the function.
     */
    private static final Pattern CALL = Pattern.compile("(\\w+)(?=[($.]|::address)");

    private static final Pattern LAYOUT = Pattern.compile("(\\w+)(?=\\.layout\\(\\))");
    private static final Pattern WORD = Pattern.compile("\\w+");

    private static final Set<String> CALLED = new HashSet<>();
    private static final Set<String> NAMED = new HashSet<>();

    @BeforeAll
    static void readWhatIsWrittenByHand() throws IOException {
        try (Stream<Path> files = Files.walk(REPOSITORY)) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> Stream.of("generated", "target", "generated-sources")
                            .noneMatch(folder -> file.toString().contains("/" + folder + "/")))
                    .map(ListedSymbolsTest::code)
                    .forEach(code -> {
                        CALL.matcher(code).results().forEach(call -> CALLED.add(call.group(1)));
                        WORD.matcher(code).results().forEach(word -> NAMED.add(word.group()));
                    });
        }
    }

    private static String code(Path file) {
        try {
            return COMMENT.matcher(Files.readString(file)).replaceAll("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("io.millrace.bindings.Generated#packages")
    void shouldNameNothingThatNobodyUses(String name) throws IOException {
        List<String> unused = new ArrayList<>();
        for (String kind : List.of("function", "constant")) {
            Generated.listed(name, kind).stream()
                    .filter(symbol -> !CALLED.contains(symbol))
                    .forEach(unused::add);
        }
        Set<String> used = usedTypes(name);
        for (String kind : List.of("struct", "union", "typedef")) {
            Generated.listed(name, kind).stream()
                    .filter(symbol -> !used.contains(symbol))
                    .forEach(unused::add);
        }
        assertEquals(
                List.of(), unused, "take them out of src/main/jextract/" + name + ".symbols and run native/generate");
    }

    /** Returns the structures that are named by hand, and those that are members of a used one. */
    private static Set<String> usedTypes(String name) throws IOException {
        Map<String, Set<String>> members = new TreeMap<>();
        for (Path source : Generated.sources()) {
            if (source.getParent().endsWith(name)) {
                String type = source.getFileName().toString().replace(".java", "");
                Set<String> inside = new HashSet<>();
                LAYOUT.matcher(code(source)).results().forEach(layout -> inside.add(layout.group(1)));
                members.put(type, inside);
            }
        }
        Set<String> used = new HashSet<>(NAMED);
        boolean grows = true;
        while (grows) {
            grows = false;
            for (Map.Entry<String, Set<String>> type : members.entrySet()) {
                grows |= used.contains(type.getKey()) && used.addAll(type.getValue());
            }
        }
        return used;
    }

    @Test
    void shouldFindTheSourcesOfOtherModules() {
        assertTrue(CALLED.contains("setsockopt") && NAMED.contains("ListedSymbolsTest") && NAMED.size() > 5_000);
    }
}
