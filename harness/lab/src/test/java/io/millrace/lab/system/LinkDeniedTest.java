package io.millrace.lab.system;

import static io.millrace.bindings.libc.libc_h.SOCK_CLOEXEC;
import static io.millrace.bindings.libc.libc_h.SOCK_NONBLOCK;
import static io.millrace.bindings.libc.libc_h.SOCK_RAW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.libc.libc_h;
import io.millrace.testing.RootOnly;
import io.millrace.testing.Seccomp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** If a service manager forbids rtnetlink, the engine runs, unless it should stop for events that it can't hear of. */
@RootOnly
@Timeout(60)
class LinkDeniedTest {
    /** {@code socket}, whose number differs. */
    private static final int SOCKET = System.getProperty("os.arch").equals("amd64") ? 41 : 198;
    /** Of the monitor's socket alone: its type, and no other socket's. */
    private static final int TYPE = SOCK_RAW() | SOCK_CLOEXEC() | SOCK_NONBLOCK();

    @TempDir
    private Path folder;

    private Rig rig;

    @BeforeEach
    void open() {
        rig = Rig.create();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private ChildJvm start(String port) throws Exception {
        Path config =
                Files.writeString(folder.resolve("engine.conf"), Rig.config("mode = inline", port, "{ stage = drop }"));
        return rig.add(ChildJvm.start(
                rig.right().namespace(),
                folder,
                List.of(),
                List.of(
                        Seccomp.class.getName(),
                        "" + SOCKET,
                        "" + TYPE,
                        "" + libc_h.EAFNOSUPPORT(),
                        "io.millrace.cli.Millrace",
                        "run",
                        config.toString(),
                        "--json",
                        folder.resolve("run.json").toString())));
    }

    @Test
    void shouldRefuseToWatchForWhatItCanNotHearOf() throws Exception {
        ChildJvm.Outcome outcome = start("on-link-loss = stop").await();
        assertEquals(3, outcome.code(), outcome::toString);
        assertEquals(
                List.of("millrace: changes of interfaces can't be heard of (socket: EAFNOSUPPORT (Address family not"
                        + " supported by protocol)); allow AF_NETLINK in RestrictAddressFamilies, or set"
                        + " on-link-loss = wait"),
                outcome.errorLines());
        assertFalse(rig.right().hasXdpProgram());
    }

    @Test
    void shouldSaySoAndTakeTheInterfaceToBeUp() throws Exception {
        Shell.run(rig.right().namespace(), "ip", "link", "set", "right0", "down");
        ChildJvm child = start("");
        child.awaitLine("running");
        child.awaitError("until then an interface that is lost is not reported");
        Shell.run(rig.right().namespace(), "ip", "link", "set", "right0", "up");
        child.signal(libc_h.SIGTERM());
        assertEquals(0, child.await().code());
        assertTrue(Files.readString(folder.resolve("run.json")).contains("\"up\""));
    }
}
