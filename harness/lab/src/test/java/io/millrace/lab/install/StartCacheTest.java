package io.millrace.lab.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.Millrace;
import io.millrace.lab.process.Program;
import io.millrace.testing.Slow;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The start-up cache of a real JVM: the launcher's copy in a tree of its own, with this build's classes as jars. */
@Slow
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class StartCacheTest {
    private static final String CONFIG = """
        millrace {
          ports { in { type = udp, bind = "127.0.0.1:9000" } }
          pipeline = [ { stage = drop } ]
        }
        """;

    @TempDir
    private static Path folder;

    private static Path tree;
    private static Path target;
    private static Path jar;
    private static Path cache;

    @BeforeAll
    static void record() throws Exception {
        tree = folder.resolve("a tree"); // a name that has to be escaped in a URL
        target = Files.createDirectories(tree.resolve("harness/target"));
        Path lab = Files.createDirectories(tree.resolve("harness/lab/target"));
        Path lib = Files.createDirectory(lab.resolve("lib"));
        Launchers.copyInto(tree);
        Files.copy(
                Path.of("../cli/target/jvm.options"),
                Files.createDirectories(tree.resolve("harness/cli/target")).resolve("jvm.options"));
        Files.writeString(tree.resolve("pom.xml"), "");
        Files.writeString(tree.resolve("some.conf"), CONFIG);
        List<String> names = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path part = Path.of(entry);
            String engine = part.toString().contains("/engine/") ? "millrace-" : "";
            Path packed = lib.resolve(engine + names.size() + ".jar");
            if (Files.isDirectory(part)) {
                Jars.pack(part, packed, new Manifest());
            } else if (Files.exists(part)) {
                Files.copy(part, packed);
            }
            names.add("lib/" + packed.getFileName());
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Millrace.class.getName());
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", names));
        jar = lab.resolve("millrace.jar");
        Jars.pack(jar, manifest);
        Program.Outcome outcome = bash("record_start; printf %s \"$CACHE\"");
        cache = Path.of(outcome.out());
        assertTrue(Files.size(cache) > 0, () -> outcome + log());
    }

    @Test
    void shouldBeAllThatIsLeftOfItsRecordingButALog() throws IOException {
        try (var files = Files.list(cache.getParent())) {
            assertEquals(Set.of(cache, cache.resolveSibling("training.log")), files.collect(Collectors.toSet()));
        }
    }

    private static String log() {
        try {
            return Files.readString(target.resolve("start-up/training.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void shouldRunEverythingThatItIsTrainedWith() {
        String log = log();
        Pattern ran = Pattern.compile(" --json " + Pattern.quote(target.toString())
                + "/start-up/recording[.]\\d+/training/training[.]json: 0$");
        assertEquals(2, log.lines().filter(ran.asPredicate()).count(), log);
        assertTrue(log.matches("(?s).*classes of the engine: [1-9]\\d\\d+\n.*"), log);
        assertTrue(
                log.lines().noneMatch(line -> line.startsWith("not loaded: ") || line.startsWith("Exception in ")),
                log);
    }

    /** The JVM is told not to start without it. */
    @Test
    void shouldBeOneThatTheJvmTakes() throws Exception {
        Program.Outcome outcome = bash("\"$JDK/bin/java\" \"@$JVM_OPTIONS\" -XX:AOTMode=on -XX:AOTCache='" + cache
                + "' -jar \"$JAR\" check some.conf");
        assertEquals(0, outcome.code(), outcome.err());
    }

    @Test
    void shouldNotBeMissedAndNotBeSpokenOfWhenItDoesNotFit() throws Exception {
        byte[] right = Files.readAllBytes(cache);
        FileTime before = Files.getLastModifiedTime(jar);
        try {
            assertQuietStart();
            Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(5)));
            assertQuietStart();
            Files.setLastModifiedTime(jar, before);
            Files.write(cache, Arrays.copyOf(right, right.length / 2));
            assertQuietStart();
            Files.writeString(cache, "not a cache");
            assertQuietStart();
        } finally {
            Files.setLastModifiedTime(jar, before);
            Files.write(cache, right);
        }
    }

    private void assertQuietStart() throws Exception {
        Program.Outcome outcome = bash("start check some.conf");
        assertEquals(0, outcome.code(), outcome.err());
        assertEquals("", outcome.err());
        assertTrue(outcome.out().startsWith("millrace {"), outcome.out());
    }

    private static Program.Outcome bash(String script) {
        return Program.of(
                        "bash", "-c", "source harness/millrace; JDK=" + System.getProperty("java.home") + "; " + script)
                .in(tree)
                .without(name -> name.startsWith("MILLRACE_"))
                .within(Duration.ofSeconds(200))
                .runApart();
    }
}
