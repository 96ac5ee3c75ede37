package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.testing.Alone;
import io.millrace.testing.RootOnly;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code doctor} says of AF_XDP, and that it leaves alone what it looks at. */
@Alone
@RootOnly
@Timeout(60)
class DoctorTest {
    @TempDir
    private Path folder;

    private Rig rig;

    @BeforeEach
    void open() {
        rig = Rig.create(2);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private ChildJvm.Outcome doctor(List<String> prefix, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("io.millrace.cli.Millrace", "doctor"));
        command.addAll(List.of(options));
        try (ChildJvm child = ChildJvm.start(rig.right().namespace(), folder, prefix, command)) {
            return child.await();
        }
    }

    /** @param line a pattern, with one blank for any number of them */
    private static void assertLine(ChildJvm.Outcome outcome, String line) {
        Pattern pattern = Pattern.compile("^ *" + line.replace(" ", " +"), Pattern.MULTILINE);
        assertTrue(pattern.matcher(outcome.out()).find(), () -> "no '" + line + "' in " + outcome);
    }

    @Test
    void shouldSayWhatTheHostAndItsInterfacesHaveAndChangeNothing() throws Exception {
        Await.until(
                "a carrier",
                () -> !HostState.of(rig.right().namespace()).interfaces().contains("NO-CARRIER"));
        HostState before = HostState.of(rig.right().namespace());
        ChildJvm.Outcome outcome = doctor(List.of());
        assertEquals(0, outcome.code(), outcome::toString);
        assertEquals("", outcome.err());
        assertLine(outcome, "(this host|the memory limit of .*) leaves [\\d,]+ MiB of memory for this program");
        for (String what : List.of(
                "CAP_NET_RAW opens sockets",
                "CAP_BPF loads XDP programs",
                "CAP_NET_ADMIN attaches them",
                "CAP_IPC_LOCK UMEMs of any size",
                "CAP_SYS_ADMIN shares an interface",
                "AF_XDP sockets used by",
                "CAP_PERFMON XDP programs at their full speed",
                "XDP programs with and without accept rules")) {
            assertLine(outcome, "yes " + what);
        }
        assertLine(outcome, "right0: veth, up, MTU 1500, 2 queues");
        assertLine(outcome, "lo: no driver's name, up, MTU 65536, 1 queue$");
        String out = outcome.out();
        String veth = out.substring(out.indexOf("right0: "), out.indexOf("io_uring, for"));
        assertTrue(
                veth.matches("(?s).*yes +XDP in the driver +attach = native.*no +zero-copy mode +copy = copy.*"
                        + "yes +frames in several buffers +multi-buffer = on; 18 segments can be sent\n"
                        + ".*metadata = \\[timestamp, hash, vlan].*"),
                () -> veth);
        assertFalse(veth.contains("an XDP program already"));
        HostState.awaitAgain(before, rig.right().namespace());
    }

    @Test
    void shouldSayThatAnotherProgramIsThere() throws Exception {
        rig.start(Rig.config("", "", "{ stage = drop }"));
        ChildJvm.Outcome outcome = doctor(List.of(), "--port", "af-xdp");
        assertEquals(0, outcome.code(), outcome::toString);
        assertLine(outcome, "yes an XDP program already 'accept', id \\d+, native; an engine's is shared");
        assertFalse(outcome.out().contains("io_uring"), outcome::out);
        assertTrue(rig.right().hasXdpProgram());
    }

    @Test
    void shouldSayWhatAnOrdinaryUserLacks() throws Exception {
        List<String> ordinary =
                List.of("prlimit", "--memlock=1048576:1048576", "setpriv", "--bounding-set=-all", "--inh-caps=-all");
        ChildJvm.Outcome outcome = doctor(ordinary, "--port", "af-xdp");
        Refusal.assertRefused(Refusal.HOST, outcome, "AF_XDP sockets need CAP_NET_RAW");
        for (String what : List.of("CAP_NET_RAW", "CAP_BPF", "CAP_NET_ADMIN", "AF_XDP sockets", "XDP programs")) {
            assertLine(outcome, "no " + what + " without it no af-xdp port can be opened");
        }
        assertLine(outcome, "no CAP_IPC_LOCK UMEMs of 1048576 bytes at most");
        assertLine(outcome, "no CAP_SYS_ADMIN an interface that another engine is on can't be had");
        assertLine(outcome, "right0: veth, up");
        assertEquals(0, doctor(ordinary).code(), "ports of sockets can be opened");
        ChildJvm.Outcome sockets = doctor(ordinary, "--port", "udp");
        assertEquals(0, sockets.code());
        assertFalse(sockets.out().contains("AF_XDP"), sockets::out);
    }
}
