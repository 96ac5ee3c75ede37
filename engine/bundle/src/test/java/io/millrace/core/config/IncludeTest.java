package io.millrace.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ConfigException;
import io.millrace.spi.PortSettings;
import io.millrace.spi.config.SettingsText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an include may name, and what is said when it names nothing that can be read. */
class IncludeTest {
    private static final String GATEWAY = """
        millrace {
          ports { ingress { type = af-xdp, interface = eth1 } }
          pipeline = [{ stage = drop }]
        }
        """;

    @TempDir
    private Path folder;

    private Path gateway;

    @BeforeEach
    void writeRules() throws IOException {
        gateway = folder.resolve("gateway.conf");
        Files.createDirectory(folder.resolve("parts"));
        Files.writeString(folder.resolve("parts/batch.conf"), "millrace.ports.ingress.batch = 7");
        Files.writeString(folder.resolve("parts/all.conf"), "include \"batch.conf\"");
    }

    private static Object batch(PortSettings port) {
        return SettingsText.value(port, "batch");
    }

    private PortSettings read(String include) throws IOException {
        return read(include, Map.of());
    }

    private PortSettings read(String include, Map<String, String> overrides) throws IOException {
        Files.writeString(gateway, GATEWAY + include + "\n");
        return EngineConfig.load(gateway, overrides).ports().getFirst();
    }

    private String problem(String include) {
        return assertThrows(ConfigException.class, () -> read(include))
                .getMessage()
                .replace(folder + "/", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "include \"parts/batch.conf\"",
                "include \"parts/batch\"",
                "include \"parts/all.conf\"",
                "include required(\"parts/batch.conf\")",
                "include file(\"parts/batch.conf\")",
                "include required(file(\"parts/batch.conf\"))"
            })
    void shouldReadFilesRelativeToTheOneThatIncludesThem(String include) throws IOException {
        assertEquals(7, batch(read(include)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "include \"no.conf\"",
                "include required(\"no.conf\")",
                "include required(file(\"no.conf\"))",
                "// comment, include \"no.conf\"\ninclude \"no.conf\""
            })
    void shouldNameTheLineOfAnIncludeThatIsNotThere(String include) {
        int line = 5 + (int) include.lines().count() - 1;
        assertEquals(
                "gateway.conf:" + line + ": include 'no.conf': there is no such file; correct the include, or the"
                        + " file",
                problem(include));
    }

    @Test
    void shouldLetAFileInHoconsOwnWordsBeMissing() throws IOException {
        assertEquals(64, batch(read("include file(\"no.conf\")")));
    }

    /** By a link, since a folder that the user may not enter can't be had as root. */
    @Test
    void shouldNotTakeAFileThatIsOutOfReachForOneThatIsMissing() throws IOException {
        Files.createSymbolicLink(folder.resolve("x.conf"), Path.of("x.conf"));
        assertEquals(
                "gateway.conf:5: include 'x.conf': x.conf is out of reach: a folder on its path that this user may not"
                        + " enter, or a link to itself; correct the include, or the file",
                problem("include file(\"x.conf\")"));
    }

    @Test
    void shouldNameTheIncludedFileThatIncludesWhatIsNotThere() throws IOException {
        Files.writeString(folder.resolve("parts/all.conf"), "\ninclude \"no.conf\"");
        assertEquals(
                "parts/all.conf:2: include 'no.conf': there is no such file; correct the include, or the file",
                problem("include \"parts/all.conf\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "classpath(\"logback.xml\")",
                "required(classpath(\"no.conf\"))",
                "url(\"file:/dev/null\")",
                "required(url(\"http://127.0.0.1:9/x.conf\"))"
            })
    void shouldRefuseWhatIsNoFile(String what) {
        String inner = what.replaceFirst("required\\((.*)\\)$", "$1").replace('"', '\'');
        assertEquals(
                "gateway.conf:5: include " + inner + " is no file, and a config is made of files; write include"
                        + " \"…\" with the path of one",
                problem("include " + what));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file(\".//parts/twice.conf\")",
                "required(file(\"parts//twice.conf\"))",
                "\"parts//twice.conf\"",
                "\"parts/tw\\u0069ce.conf\""
            })
    void shouldFindALossInAFileThatIsIncludedInAnotherSpelling(String what) throws IOException {
        Files.writeString(folder.resolve("parts/twice.conf"), "batch = 8\nbatch = 9");
        String problem = problem("millrace.ports.ingress { include " + what + " }");
        assertTrue(
                problem.endsWith(
                        "twice.conf:2: ports.ingress.batch is set twice, here and in line 1; keep one of" + " them"),
                problem);
    }

    @Test
    void shouldNameTheLineOfTheSecondOfTwoEqualIncludes() throws IOException {
        Files.writeString(folder.resolve("parts/all.conf"), "batch = 8\nbatch = 9");
        String include = "include \"parts/all.conf\"";
        assertEquals(
                "parts/all.conf:2: ports.ingress.batch is set twice, here and in line 1; keep one of them",
                problem("aside { " + include + " }\nmillrace.ports.ingress { " + include + " }"));
    }

    @Test
    void shouldRefuseFoldersAndCycles() throws IOException {
        assertEquals(
                "gateway.conf:5: include 'parts': parts is not a file; correct the include, or the file",
                problem("include file(\"parts\")"));
        Files.writeString(folder.resolve("parts/all.conf"), "include \"../gateway.conf\"");
        assertEquals(
                "parts/all.conf:1: include '../gateway.conf': that file includes this one; correct the include, or"
                        + " the file",
                problem("include \"parts/all.conf\""));
    }

    @Test
    void shouldTakeAnEmptyFileAndLetFilesAndOptionsOverride() throws IOException {
        Files.writeString(folder.resolve("parts/empty.conf"), "");
        assertEquals(64, batch(read("include \"parts/empty.conf\"")));
        assertEquals(8, batch(read("include \"parts/batch.conf\"\nmillrace.ports.ingress.batch = 8")));
        assertEquals(9, batch(read("include \"parts/batch.conf\"", Map.of("ports.ingress.batch", "9"))));
    }
}
