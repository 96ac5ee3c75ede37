package io.millrace.xdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.Libc;
import io.millrace.bindings.libc.libc_h;
import io.millrace.testing.RootOnly;
import java.io.BufferedReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One accept program: loaded, attached, counting, and gone. */
@RootOnly
@Timeout(60)
class XdpProgramTest extends VethFixture {

    @Test
    void shouldAttachNativeFirstAndDetachOnClose() {
        try (XdpProgram program = load()) {
            assertEquals(new Attachment(AttachMode.NATIVE, ""), attach(program, v0, AttachMode.AUTO));
            assertNotEquals(0, programOn(v0));
        }
        assertEquals(0, programOn(v0));
    }

    @Test
    void shouldCountWhatArrivesAndKeepTheCountsWhenDetached() {
        int socket = Libc.socket(libc_h.AF_XDP(), libc_h.SOCK_RAW(), 0);
        namespace.command("ip addr add 10.7.0.1/24 dev v1");
        namespace.command("ip neigh add 10.7.0.2 lladdr 02:00:00:00:00:01 dev v1");
        try (XdpProgram program = load()) {
            program.register(0, socket);
            attach(program, v0, AttachMode.AUTO);
            sendTo(9000, 20);
            sendTo(53, 7);
            assertCountsReach(program, new XdpCounters(20, 7, 0));

            program.detach();
            program.detach();

            assertEquals(0, programOn(v0));
            sendTo(9000, 1);
            assertEquals(new XdpCounters(20, 7, 0), program.counters());
        } finally {
            Libc.close(socket);
        }
    }

    @Test
    void shouldAttachAgainAfterDetach() {
        try (XdpProgram program = load()) {
            attach(program, v0, AttachMode.NATIVE);
            assertThrows(IllegalStateException.class, () -> attach(program, v0, AttachMode.NATIVE));
            program.detach();

            assertEquals(new Attachment(AttachMode.SKB, ""), attach(program, v0, AttachMode.SKB));
        }
    }

    @Test
    void shouldStepDownToGenericModeAndSayWhyWhenDriverHasNoXdp() {
        int lo = namespace.interfaceIndex("lo");
        try (XdpProgram program = load()) {
            Attachment attachment = attach(program, lo, AttachMode.AUTO);

            assertEquals(AttachMode.SKB, attachment.mode());
            assertEquals(
                    "native mode: EOPNOTSUPP (Operation not supported), its driver has no native XDP",
                    attachment.reason());
        }
        assertEquals(0, programOn(lo));
    }

    @Test
    void shouldStepDownToGenericModeAndSayWhyWhenMtuIsTooLarge() {
        namespace.command("ip link set v0 mtu 9000");
        namespace.command("ip link set v1 mtu 9000");
        try (XdpProgram program = load()) {
            Attachment attachment = attach(program, v0, AttachMode.AUTO);

            assertEquals(AttachMode.SKB, attachment.mode());
            assertTrue(attachment.reason().contains("MTU too large"), attachment::reason);
        }
    }

    @Test
    void shouldRefuseNativeModeWhenDriverHasNone() {
        try (XdpProgram program = load()) {
            XdpException e = attachFailure(program, namespace.interfaceIndex("lo"), AttachMode.NATIVE);

            assertEquals(
                    "attaching XDP to lo in native mode: EOPNOTSUPP (Operation not supported), its driver has no native"
                            + " XDP; use attach mode auto or skb",
                    e.getMessage());
        }
    }

    @Test
    void shouldSayWhenInterfaceIsMissing() {
        try (XdpProgram program = load()) {
            assertEquals(
                    "no interface has the index 4711 in this network namespace; look for it with 'ip link'",
                    attachFailure(program, 4711, AttachMode.AUTO).getMessage());
        }
    }

    @Test
    void shouldRefuseDescriptorThatIsNoXdpSocket() {
        int udp = Libc.socket(libc_h.AF_INET(), libc_h.SOCK_DGRAM(), 0);
        try (XdpProgram program = load()) {
            XdpException e = assertThrows(XdpException.class, () -> program.register(0, udp));
            assertTrue(
                    e.getMessage().endsWith("EOPNOTSUPP (Operation not supported); pass an open AF_XDP socket"),
                    e.getMessage());
            assertThrows(XdpException.class, () -> program.register(0, 100_000));
            assertThrows(IllegalArgumentException.class, () -> program.register(1, udp));
            assertThrows(IllegalArgumentException.class, () -> program.unregister(-1));
        } finally {
            Libc.close(udp);
        }
    }

    @Test
    void shouldThrowWhenUsedAfterClose() {
        XdpProgram program = load();
        program.close();
        program.close();

        assertThrows(IllegalStateException.class, program::counters);
        assertThrows(IllegalStateException.class, () -> program.accept(List.of()));
        assertThrows(IllegalStateException.class, () -> program.register(0, 0));
        assertThrows(IllegalStateException.class, () -> program.unregister(0));
        assertThrows(IllegalStateException.class, () -> program.attach(v0, AttachMode.AUTO));
    }

    @Test
    void shouldLeaveNoDescriptorBehind() {
        load().close();
        int before = openDescriptors();
        for (int i = 0; i < 20; i++) {
            try (XdpProgram first = load();
                    XdpProgram second = load()) {
                attach(first, v0, AttachMode.AUTO);
                attachFailure(second, v0, AttachMode.AUTO);
                attachFailure(second, 4711, AttachMode.AUTO);
                namespace.call(() -> second.attachOrJoin(v0, AttachMode.AUTO));
                assertTrue(second.isJoined());
            }
        }
        assertEquals(before, openDescriptors());
    }

    @Test
    void shouldLeaveTheInterfaceWhenItsProcessIsKilled() throws Exception {
        Process holder = namespace.start(java(List.of(), "attach", "" + v0));
        try (BufferedReader output = holder.inputReader()) {
            assertEquals("attached", output.readLine());
            int programId = programOn(v0);
            assertNotEquals(0, programId);

            holder.destroyForcibly();
            long deadlineNs = System.nanoTime() + SECOND_NS;
            while (programOn(v0) != 0 && System.nanoTime() < deadlineNs) {
                Thread.sleep(5);
            }

            assertEquals(0, programOn(v0));
            try (XdpProgram next = load()) {
                assertEquals(
                        AttachMode.NATIVE, attach(next, v0, AttachMode.AUTO).mode());
            }
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }

    @Test
    void shouldNameThePrivilegesThatAreMissing() throws Exception {
        Process process = namespace.start(java(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"), "load"));
        String output = new String(process.getInputStream().readAllBytes());

        assertEquals(1, process.waitFor(), output);
        assertEquals(
                "loading BPF program accept: EPERM, CAP_BPF and CAP_NET_ADMIN are missing; run as root, or grant them"
                        + " (systemd: AmbientCapabilities=CAP_BPF CAP_NET_ADMIN CAP_NET_RAW CAP_IPC_LOCK)",
                output.strip());
    }

    private static ProcessBuilder java(List<String> prefix, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        command.add(ProgramHolder.class.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    /** Another process: loads the program, and holds it on an interface until it is killed. */
    static final class ProgramHolder {

        private ProgramHolder() {}

        public static void main(String[] arguments) throws InterruptedException {
            try {
                XdpProgram program = load();
                if (arguments[0].equals("attach")) {
                    program.attach(Integer.parseInt(arguments[1]), AttachMode.NATIVE);
                    System.out.println("attached");
                    Thread.sleep(TimeUnit.MINUTES.toMillis(1));
                }
            } catch (XdpException e) {
                System.out.println(e.getMessage());
                System.exit(1);
            }
        }
    }
}
