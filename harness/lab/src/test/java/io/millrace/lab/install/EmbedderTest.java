package io.millrace.lab.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.lab.process.Program;
import io.millrace.testing.Slow;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Maven project that depends on the engine as docs/embedding.md says, built offline against a repository that holds
 * this build's jars and poms, and run with nothing but what Maven gave it.
 */
@Slow
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class EmbedderTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Path PAGE = ROOT.resolve("docs/embedding.md");
    private static final Path MAVEN_REPOSITORY = Path.of(System.getProperty("user.home"), ".m2", "repository");
    private static final Pattern IDENTITY =
            Pattern.compile("<artifactId>([^<]*)</artifactId>\\s*(?:<version>[^<]*</version>\\s*)?"
                    + "(?:<packaging>([^<]*)</packaging>\\s*)?<name>");
    private static final Pattern VERSION = Pattern.compile("<version>([^<]*)</version>");
    private static final String POM = """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>com.acme</groupId>
          <artifactId>gateway</artifactId>
          <version>1</version>
          <properties>
            <maven.compiler.release>25</maven.compiler.release>
            <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
          </properties>
          %s
          <build><plugins>
            <plugin><artifactId>maven-resources-plugin</artifactId><version>3.3.1</version></plugin>
            <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.15.0</version></plugin>
            <plugin><artifactId>maven-dependency-plugin</artifactId><version>3.8.1</version></plugin>
          </plugins></build>
        </project>
        """;

    private static final String AF_XDP_PORT = "type = af-xdp, interface = eth1, accept = [\"udp dst port 9000-9010\"]";
    private static final String COUNTS = "quotes++;";
    private static final int OFFSET_OF_QUOTE = 42;
    private static final int SIGTERM = 15;

    @TempDir
    private static Path folder;

    private static int quotesPort;

    private static Path project;

    @BeforeAll
    static void build() throws Exception {
        boolean byLauncher = "1".equals(System.getenv("MILLRACE_BUILT"));
        assumeTrue(byLauncher, "the jars may be older than the classes; 'harness/millrace test' packs them first");
        assumeTrue(Files.isDirectory(MAVEN_REPOSITORY), "Maven's repository is elsewhere");
        Path repository = repository();
        project = Files.createDirectory(folder.resolve("gateway"));
        Matcher fragment = Pattern.compile("```xml\\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertTrue(fragment.find(), "the page says what to depend on");
        Files.writeString(project.resolve("pom.xml"), POM.formatted(fragment.group(1)));
        Path source = Files.createDirectories(project.resolve("src/main/java/app"));
        Files.writeString(source.resolve("App.java"), ModulePathTest.PROGRAM);
        Files.writeString(source.resolve("Quotes.java"), programOfTheReadme());
        Files.writeString(source.resolveSibling("module-info.java"), ModulePathTest.MODULE);
        Program.Outcome outcome = Program.of(
                        "mvn",
                        "--offline",
                        "--batch-mode",
                        "--quiet",
                        "-Dmaven.repo.local=" + repository,
                        "compile",
                        "dependency:copy-dependencies",
                        "-DincludeScope=runtime",
                        "-DoutputDirectory=lib")
                .in(project)
                .with("JAVA_HOME", System.getProperty("java.home"))
                .run();
        assertEquals(0, outcome.code(), outcome.out());
    }

    /** With a socket in place of its AF_XDP port, and telling what it counts. */
    private static String programOfTheReadme() throws IOException {
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            quotesPort = free.getLocalPort();
        }
        Matcher program = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve("README.md")));
        assertTrue(program.find(), "the README has a program");
        String text = program.group(1);
        for (String replaced : List.of(AF_XDP_PORT, COUNTS)) {
            assertTrue(text.contains(replaced), text);
        }
        return "package app;\n\n"
                + text.replace(AF_XDP_PORT, "type = udp, bind = \"127.0.0.1:" + quotesPort + "\"")
                        .replace(COUNTS, "System.out.println(++quotes);");
    }

    /** JUnit would warn of each link, since it leads out of its folder. */
    @AfterAll
    static void unlink() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    /** Everything that Maven's own has, by links, but of Millrace only what this build made. */
    private static Path repository() throws IOException {
        Path repository = Files.createDirectory(folder.resolve("repository"));
        link(MAVEN_REPOSITORY, repository, "io");
        link(MAVEN_REPOSITORY.resolve("io"), Files.createDirectory(repository.resolve("io")), "millrace");
        try (Stream<Path> files = Files.walk(ROOT, 4)) {
            for (Path pom : files.filter(file -> file.endsWith("pom.xml")).toList()) {
                String module = ROOT.relativize(pom).toString();
                if (!module.contains("target/") && !module.startsWith("harness/")) {
                    install(pom, repository);
                }
            }
        }
        return repository;
    }

    private static void link(Path from, Path to, String except) throws IOException {
        try (Stream<Path> files = Files.exists(from) ? Files.list(from) : Stream.empty()) {
            for (Path file : files.toList()) {
                if (!file.endsWith(except)) {
                    Files.createSymbolicLink(to.resolve(file.getFileName()), file);
                }
            }
        }
    }

    private static void install(Path pom, Path repository) throws IOException {
        String text = Files.readString(pom);
        Matcher identity = IDENTITY.matcher(text);
        Matcher version = VERSION.matcher(text);
        assertTrue(identity.find() && version.find(), () -> pom + " has an artifact's id and version");
        String name = identity.group(1) + "-" + version.group(1);
        Path place = Files.createDirectories(
                repository.resolve("io/millrace").resolve(identity.group(1)).resolve(version.group(1)));
        Files.copy(pom, place.resolve(name + ".pom"));
        if (!"pom".equals(identity.group(2))) {
            Files.copy(pom.resolveSibling("target").resolve(name + ".jar"), place.resolve(name + ".jar"));
        }
    }

    @Test
    void shouldBringNothingOfTheLab() throws IOException {
        try (Stream<Path> files = Files.list(project.resolve("lib"))) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).toList();
            assertTrue(names.stream().anyMatch(name -> name.startsWith("millrace-engine-")), names::toString);
            assertEquals(
                    List.of(),
                    names.stream()
                            .filter(name -> !name.matches("(millrace|agrona|disruptor|config|slf4j-api)-.*"))
                            .toList());
        }
    }

    @Test
    void shouldRunOnTheClassPath() throws Exception {
        Program.Outcome outcome = java(
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                "target/classes:lib/*",
                "app.App");
        assertEquals(0, outcome.code(), outcome.out());
        assertTrue(outcome.out().endsWith("null says ok\n"), outcome.out());
        assertFalse(outcome.out().contains("WARNING"), outcome.out());
    }

    @Test
    void shouldRunOnTheModulePath() throws Exception {
        Program.Outcome outcome = java(
                "--enable-native-access=millrace.bindings,millrace.ring,millrace.afxdp,millrace.sockets",
                "--add-opens=java.base/jdk.internal.misc=org.agrona",
                "-p",
                "target/classes:lib",
                "-m",
                "app/app.App");
        assertEquals(0, outcome.code(), outcome.out());
        assertTrue(outcome.out().endsWith("millrace.core says ok\n"), outcome.out());
        assertFalse(outcome.out().contains("WARNING"), outcome.out());
    }

    @Test
    void shouldRunTheProgramOfTheReadme() throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                        "-cp",
                        "target/classes:lib/*",
                        "app.Quotes")
                .directory(project.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        byte[] quote = new byte[OFFSET_OF_QUOTE + 1];
        quote[OFFSET_OF_QUOTE] = 'Q';
        try (BufferedReader out = program.inputReader();
                DatagramSocket client = new DatagramSocket()) {
            while (!out.ready()) {
                assertTrue(program.isAlive(), "the program waits for quotes");
                client.send(new DatagramPacket(quote, quote.length, InetAddress.getLoopbackAddress(), quotesPort));
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertEquals("1", out.readLine());
        } finally {
            program.destroy();
        }
        assertEquals(128 + SIGTERM, program.waitFor());
    }

    private static Program.Outcome java(String... options) {
        return Program.ofJdk("java", options).in(project).run();
    }
}
