package io.millrace.lab.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lab.process.Program;
import io.millrace.testing.RootOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RootOnly
class NamespaceTest {
    private static final Path OWN = Path.of("/proc/thread-self/ns/net");

    private Namespace namespace;

    @BeforeEach
    void open() {
        namespace = Namespace.create("test");
    }

    @AfterEach
    void close() {
        namespace.close();
    }

    @Test
    void shouldRunTasksInNamespaceOfItsOwn() throws IOException {
        String inside = namespace.call(NamespaceTest::current);
        assertNotEquals(current(), inside);
        assertEquals(inside, namespace.call(NamespaceTest::current));
        assertEquals(inside, Files.readSymbolicLink(Path.of(namespace.path())).toString());
    }

    @Test
    void shouldHoldNothingButLoopback() {
        assertEquals(0, namespace.call(() -> LinkCounters.read("lo")).rxPackets());
        assertThrows(IllegalArgumentException.class, () -> namespace.call(() -> LinkCounters.read("eth0")));
        assertTrue(namespace.ping(InetAddress.getLoopbackAddress(), 1000));
        assertNotEquals(0, namespace.call(() -> LinkCounters.read("lo")).rxPackets());
    }

    @Test
    void shouldStartProcessesInside() throws Exception {
        Process process = namespace.start(new ProcessBuilder("readlink", "/proc/self/ns/net"));
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, process.waitFor());
        assertEquals(namespace.call(NamespaceTest::current), output);
    }

    @Test
    void shouldHandSettingsOfProcessesOn() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "pwd; echo $MARK >&2")
                .directory(Path.of("/proc").toFile())
                .redirectErrorStream(true);
        builder.environment().put("MARK", "marked");
        Process process = namespace.start(builder);
        assertEquals("/proc\nmarked\n", new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void shouldKillProcessesWhenClosed() throws Exception {
        Process process = namespace.start(new ProcessBuilder("sleep", "60"));
        namespace.close();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
    }

    @Test
    void shouldStartThreadsInside() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        Thread thread = namespace.start("inside", () -> seen.complete(current()));
        assertEquals(namespace.call(NamespaceTest::current), seen.get(5, TimeUnit.SECONDS));
        assertEquals("inside", thread.getName());
    }

    @Test
    void shouldLeaveOtherThreadsWhereTheyAre() throws Exception {
        String before = current();
        CompletableFuture<String> seen = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> seen.complete(current()));
        assertEquals(before, seen.get(5, TimeUnit.SECONDS));
        assertEquals(before, current());
    }

    @Test
    void shouldRunTaskOfATaskAtOnce() {
        assertEquals("inner", namespace.call(() -> namespace.call(() -> "inner")));
    }

    @Test
    void shouldThrowWhatTheTaskThrew() {
        IllegalArgumentException thrown = new IllegalArgumentException("of the task");
        assertSame(
                thrown,
                assertThrows(
                        IllegalArgumentException.class,
                        () -> namespace.run(() -> {
                            throw thrown;
                        })));
        assertThrows(
                UncheckedIOException.class,
                () -> namespace.run(() -> {
                    throw new IOException("of the task");
                }));
        assertEquals(1, namespace.call(() -> 1), "and goes on");
    }

    @Test
    void shouldEndWithItsThread() {
        Path file = Path.of(namespace.path());
        assertTrue(Files.exists(file));
        namespace.close();
        assertFalse(Files.exists(file));
        assertThrows(IllegalStateException.class, () -> namespace.call(() -> 1));
    }

    @Test
    void shouldEndWithItsProcessesWhenItsOwnerIsKilled() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String inode = process.inputReader().readLine();
            assertNotNull(inode);
            ProcessHandle child = ProcessHandle.of(
                            Long.parseLong(process.inputReader().readLine()))
                    .orElseThrow();
            assertTrue(child.isAlive());
            assertTrue(holders(inode) > 0, "held by the process: " + inode);
            process.destroyForcibly();
            assertTrue(process.waitFor(10, TimeUnit.SECONDS));
            child.onExit().get(10, TimeUnit.SECONDS);
            assertEquals(0, holders(inode), "held after its process was killed: " + inode);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Holds a namespace until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws Exception {
            Namespace held = Namespace.create("held");
            System.out.println(held.call(NamespaceTest::current));
            System.out.println(held.start(new ProcessBuilder("sleep", "60")).pid());
            System.out.flush();
            Thread.sleep(60_000);
        }
    }

    /** How many threads of this host are in a namespace. */
    private static long holders(String inode) {
        return Program.of("sh", "-c", "for t in /proc/[0-9]*/task/[0-9]*/ns/net; do readlink $t; done 2>/dev/null")
                .run()
                .out()
                .lines()
                .filter(inode::equals)
                .count();
    }

    private static String current() {
        try {
            return Files.readSymbolicLink(OWN).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
