package io.millrace.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.spi.PortType;
import io.millrace.spi.config.BlockKey;
import io.millrace.spi.config.BlockListKey;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.ValueKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/configuration.md and the code have the same keys; {@code -Dmillrace.docs=write} writes the page's tables. */
class ConfigReferenceTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "configuration.md");
    private static final Pattern TABLES =
            Pattern.compile("(?<=<!-- keys: begin[^\n]{0,99}\n).*(?=<!-- keys: end -->)", Pattern.DOTALL);
    private static final Pattern EXAMPLE = Pattern.compile("(?<=```\n)millrace \\{.*?(?=```)", Pattern.DOTALL);

    @Test
    void shouldKnowTheKeysOfTheCode() throws IOException {
        String page = Files.readString(PAGE);
        String tables = "\n" + new ConfigReference(PortTypes.found()).markdown() + "\n";
        Matcher matcher = TABLES.matcher(page);
        assertTrue(matcher.find(), "no markers in " + PAGE);
        if ("write".equals(System.getProperty("millrace.docs"))) {
            Files.writeString(PAGE, matcher.replaceFirst(Matcher.quoteReplacement(tables)));
        } else {
            assertEquals(
                    tables,
                    matcher.group(),
                    "write the tables anew: mvn test -pl engine/bundle -am "
                            + "-Dtest=ConfigReferenceTest -Dsurefire.failIfNoSpecifiedTests=false"
                            + " -Dmillrace.docs=write");
        }
    }

    @Test
    void shouldNameEveryKey() {
        String tables = new ConfigReference(PortTypes.found()).markdown();
        for (ValueKey<?> key : everyKey()) {
            assertTrue(tables.contains("| `" + key.name() + "` |"), key::path);
        }
    }

    /** The keys of all blocks, of those too that are there only if they are written. */
    static List<ValueKey<?>> everyKey() {
        return Stream.concat(
                        Stream.of(PortTypes.found().engineKeys(), LeaseKeys.BLOCK),
                        PortTypes.found().all().stream().map(PortType::keys))
                .flatMap(ConfigReferenceTest::everyKey)
                .<ValueKey<?>>map(key -> key)
                .toList();
    }

    private static Stream<ValueKey<?>> everyKey(KeyBlock block) {
        return block.entries().stream().flatMap(entry -> switch (entry) {
            case KeyBlock inner -> everyKey(inner);
            case BlockKey key -> everyKey(key.block());
            case BlockListKey key -> everyKey(key.block());
            case ValueKey<?> key -> Stream.of(key);
            case Key<?> derived -> throw new AssertionError(derived);
        });
    }

    @Test
    void shouldShowAnExampleThatIsRead() throws IOException {
        Matcher matcher = EXAMPLE.matcher(Files.readString(PAGE));
        assertTrue(matcher.find(), "no example in " + PAGE);
        EngineConfig.parse(matcher.group());
    }

    @Test
    void shouldShowExamplesInEveryDocumentThatAreReadWithoutWarning() throws IOException {
        Pattern example = Pattern.compile(
                "^ *(?:EngineConfig[^\n]*\n *)?(millrace \\{\n.*?\n *\\})(?:\"\"\"|\n *```)",
                Pattern.DOTALL | Pattern.MULTILINE);
        List<Path> pages;
        try (Stream<Path> docs = Files.list(PAGE.getParent())) {
            pages = Stream.concat(Stream.of(Path.of("..", "..", "README.md")), docs)
                    .filter(page -> page.toString().endsWith(".md"))
                    .toList();
        }
        int examples = 0;
        for (Path page : pages) {
            Matcher matcher = example.matcher(Files.readString(page));
            while (matcher.find()) {
                assertEquals(List.of(), EngineConfig.parse(matcher.group(1)).warnings(), page::toString);
                examples++;
            }
        }
        assertTrue(examples >= 3, "only " + examples + " examples were found");
    }
}
