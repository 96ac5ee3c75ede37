package io.millrace.lab.system;

import static io.millrace.lab.system.Refusal.CONFIG;
import static io.millrace.lab.system.Refusal.HOST;
import static io.millrace.lab.system.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lab.net.Namespace;
import io.millrace.testing.RootOnly;
import io.millrace.testing.Seccomp;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a host can lack or hold of what UDP ports need: one line that says what and what to do, and an exit code. */
@RootOnly
@Timeout(60)
class UdpBadHostTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9_000);
    private static final String BIND = "bind = \"127.0.0.1:9000\"";
    private static final String DROP = "{ stage = drop }";
    private static final List<String> WITHOUT_PRIVILEGES = List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all");

    private static Namespace namespace;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        namespace = Namespace.create("udp");
    }

    @AfterEach
    void endTest() {
        namespace.run(() -> new DatagramSocket(ADDRESS).close()); // nobody has it
    }

    @AfterAll
    static void close() {
        namespace.close();
    }

    private ChildJvm.Outcome run(String port) throws Exception {
        return run("", port);
    }

    private ChildJvm.Outcome run(String engine, String port) throws Exception {
        return CommandLineRun.run(namespace, folder, UdpRig.config(engine, port, DROP));
    }

    /** In a JVM of its own, for what holds for a whole process. */
    private ChildJvm.Outcome runBehind(List<String> prefix, List<String> main, String engine, String port)
            throws Exception {
        Path file = Files.writeString(folder.resolve("engine.conf"), UdpRig.config(engine, port, DROP));
        List<String> arguments = new ArrayList<>(main);
        arguments.addAll(List.of("io.millrace.cli.Millrace", "run", file.toString(), "--duration", "100ms"));
        try (ChildJvm child = ChildJvm.start(namespace, folder, prefix, arguments)) {
            return child.await();
        }
    }

    private ChildJvm.Outcome runBehind(List<String> prefix, String port) throws Exception {
        return runBehind(prefix, List.of(), "", port);
    }

    /** As a container does it. */
    private ChildJvm.Outcome runFiltered(int call, int second, int errno, String engine, String... prefix)
            throws Exception {
        return runBehind(
                List.of(prefix), List.of(Seccomp.class.getName(), "" + call, "" + second, "" + errno), engine, BIND);
    }

    @Test
    void shouldNameAddressThatIsInUse() throws Exception {
        DatagramSocket owner = namespace.call(() -> new DatagramSocket(ADDRESS));
        try (owner) {
            assertRefused(HOST, run(BIND), "engine.conf:3: port p: 127.0.0.1:9000", "EADDRINUSE", "reuse-port");
        }
    }

    @Test
    void shouldSayThatLowPortsNeedPrivilege() throws Exception {
        assertRefused(
                HOST,
                runBehind(WITHOUT_PRIVILEGES, "bind = \"127.0.0.1:514\""),
                "port p",
                "127.0.0.1:514",
                "EACCES",
                "CAP_NET_BIND_SERVICE");
        ChildJvm.Outcome privileged = run("bind = \"127.0.0.1:514\"");
        assertEquals(0, privileged.code(), privileged::toString);
    }

    @Test
    void shouldNameInterfaceThatDoesNotExist() throws Exception {
        assertRefused(
                HOST,
                run("bind = \"0.0.0.0:9000\", multicast = [{ group = \"239.1.1.1\", interface = none0 }]"),
                "engine.conf:3: port p: there is no interface none0",
                "ip link");
    }

    @Test
    void shouldSayThatGroupCannotBeJoined() throws Exception {
        namespace.run(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/igmp_max_memberships"), "1"));
        assertRefused(
                HOST,
                run("bind = \"0.0.0.0:9000\", multicast = [{ group = \"239.1.1.1\", interface = lo },"
                        + " { group = \"239.1.1.2\", interface = lo }]"),
                "engine.conf:3: port p",
                "239.1.1.2",
                "lo",
                "igmp_max_memberships");
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.7", "[2001:db8::7]"})
    void shouldNameAddressThatTheHostDoesNotHave(String address) throws Exception {
        assertRefused(
                HOST,
                run("bind = \"" + address + ":9000\""),
                "port p",
                address + ":9000",
                "EADDRNOTAVAIL",
                "ip address");
    }

    @Test
    void shouldRefuseSettingsThatContradictEachOther() throws Exception {
        assertRefused(CONFIG, run("gro = on"), "engine.conf:", "gro", "frame-size");
        assertRefused(CONFIG, run("buffers = 100"), "engine.conf:", "buffers", "power of two");
        assertRefused(CONFIG, run("buffers = 1024, frames = 100"), "engine.conf:", "buffers", "frames");
    }

    @ParameterizedTest
    @CsvSource({"38, ENOSYS, CONFIG_IO_URING", "1, EPERM, container", "12, ENOMEM, ulimit -l", "22, EINVAL, defaults"})
    void shouldSayWhyThereIsNoRing(int errno, String name, String advice) throws Exception {
        assertRefused(HOST, runFiltered(Seccomp.IO_URING_SETUP, Seccomp.ANY, errno, ""), "io_uring", name, advice);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldSayThatRingsAreSwitchedOff(int value) throws Exception {
        Path fake = Files.writeString(folder.resolve("io_uring_disabled"), value + "\n");
        assertRefused(
                HOST,
                runFiltered(
                        Seccomp.IO_URING_SETUP,
                        Seccomp.ANY,
                        1,
                        "",
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount --bind " + fake + " /proc/sys/kernel/io_uring_disabled && exec \"$@\"",
                        "sh"),
                "kernel.io_uring_disabled is " + value,
                "sysctl kernel.io_uring_disabled=0");
    }

    @Test
    void shouldSayThatTheKernelIsTooOld() throws Exception {
        int probe = 8;
        assertRefused(HOST, runFiltered(Seccomp.IO_URING_REGISTER, probe, 22, ""), "io_uring", "Linux 6.1");
    }

    @ParameterizedTest
    @CsvSource({"22, 22", "2, 12", "15, 12"})
    void shouldSayWhatTheRingRefuses(int registration, int errno) throws Exception {
        ChildJvm.Outcome outcome = runBehind(
                List.of(),
                List.of(Seccomp.class.getName(), "" + Seccomp.IO_URING_REGISTER, "" + registration, "" + errno),
                "",
                BIND + ", zero-copy-above = 0");
        assertRefused(HOST, outcome, "io_uring");
    }

    @Test
    void shouldSayThatFramesAreTooMuchLockedMemory() throws Exception {
        List<String> prefix = new ArrayList<>(List.of("sh", "-c", "ulimit -l 1024 && exec \"$@\"", "sh"));
        prefix.addAll(WITHOUT_PRIVILEGES);
        assertRefused(
                HOST, runBehind(prefix, BIND + ", zero-copy-above = 0"), "ENOMEM", "ulimit -l", "zero-copy-above");
        ChildJvm.Outcome copying = runBehind(prefix, BIND);
        assertEquals(0, copying.code(), copying::toString);
    }

    @Test
    void shouldSayThatThereIsNoMemoryForFrames() throws Exception {
        assertRefused(HOST, run("frames = 4194304, frame-size = 1MiB"), "memory", "fewer frames");
    }

    @Test
    void shouldRefuseCpuForTheKernelThreadThatIsNotThere() throws Exception {
        assertRefused(HOST, run("uring { sqpoll = on, sqpoll-cpu = 1000 }", BIND), "EINVAL");
    }

    @Test
    void shouldGoOnWithSmallerBuffersAndSaySo() throws Exception {
        String large = BIND + ", receive-buffer = 512MiB, send-buffer = 512MiB";
        ChildJvm.Outcome outcome = runBehind(WITHOUT_PRIVILEGES, large);
        assertEquals(0, outcome.code(), outcome::toString);
        for (String which : List.of("receive-buffer is 536870912", "send-buffer is 536870912")) {
            List<String> lines =
                    outcome.err().lines().filter(line -> line.contains(which)).toList();
            assertEquals(1, lines.size(), outcome::err);
            assertTrue(
                    lines.getFirst().contains("port p") && lines.getFirst().contains("sysctl net.core."),
                    lines::getFirst);
        }
        assertFalse(run(large).err().contains("sysctl"), "with CAP_NET_ADMIN the limit does not count");
    }
}
