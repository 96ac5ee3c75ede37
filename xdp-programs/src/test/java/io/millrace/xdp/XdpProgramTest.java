package io.millrace.xdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.Libc;
import io.millrace.bindings.bpf.bpf_h;
import io.millrace.bindings.libc.libc_h;
import io.millrace.bindings.xdp.xdp_h;
import io.millrace.testing.NetNamespace;
import io.millrace.testing.RootOnly;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RootOnly
@Timeout(60)
class XdpProgramTest {

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private NetNamespace namespace;
    private int v0;

    @BeforeEach
    void makeVethPair() {
        namespace = new NetNamespace();
        namespace.command("ip link add v0 type veth peer name v1");
        // No IPv6 of its own: frames that nobody sent would be counted.
        namespace.command("ip link set v0 addrgenmode none");
        namespace.command("ip link set v1 addrgenmode none");
        namespace.command("ip link set lo up");
        namespace.command("ip link set v0 up");
        namespace.command("ip link set v1 up");
        v0 = namespace.interfaceIndex("v0");
    }

    @AfterEach
    void closeNamespace() {
        namespace.close();
    }

    private Attachment attach(XdpProgram program, int interfaceIndex, AttachMode mode) {
        return namespace.call(() -> program.attach(interfaceIndex, mode));
    }

    private XdpException attachFailure(XdpProgram program, int interfaceIndex, AttachMode mode) {
        return assertThrows(XdpException.class, () -> attach(program, interfaceIndex, mode));
    }

    private static XdpProgram load() {
        return XdpProgram.load(List.of(AcceptRule.parse("udp dst port 9000")), 1);
    }

    /** The id of the program on an interface, or 0. */
    private int programOn(int interfaceIndex) {
        return namespace.call(() -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment id = arena.allocate(ValueLayout.JAVA_INT);
                assertEquals(0, bpf_h.bpf_xdp_query_id(interfaceIndex, 0, id));
                return id.get(ValueLayout.JAVA_INT, 0);
            }
        });
    }

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

    private void sendTo(int port, int datagrams) {
        namespace.call(() -> {
            try (DatagramSocket sender = new DatagramSocket()) {
                SocketAddress target = new InetSocketAddress("10.7.0.2", port);
                for (int i = 0; i < datagrams; i++) {
                    sender.send(new DatagramPacket(new byte[18], 18, target));
                }
            }
            return null;
        });
    }

    /** NAPI may take frames in after the sender is done. */
    private static void assertCountsReach(XdpProgram program, XdpCounters expected) {
        long deadlineNs = System.nanoTime() + SECOND_NS;
        while (!program.counters().equals(expected) && System.nanoTime() < deadlineNs) {
            Thread.onSpinWait();
        }
        assertEquals(expected, program.counters());
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
    void shouldNameTheProgramThatIsThereAlready() {
        try (XdpProgram first = load(); XdpProgram second = load()) {
            attach(first, v0, AttachMode.NATIVE);
            String expected = "; v0 has XDP program 'accept', id " + programOn(v0) + " in native mode; stop the process"
                + " that attached it, or if none runs: ip link set dev v0 xdp off";

            for (AttachMode mode : AttachMode.values()) {
                String message = attachFailure(second, v0, mode).getMessage();
                assertTrue(message.endsWith(expected), message);
                assertTrue(message.contains(mode == AttachMode.SKB ? "EEXIST" : "EBUSY"), message);
            }
        }
    }

    @Test
    void shouldTakePartInTheSameProgramUntilTheLastHolderCloses() {
        XdpProgram first = load();
        try (XdpProgram second = load(); XdpProgram other = XdpProgram.load(List.of(), 1)) {
            assertEquals(AttachMode.NATIVE, namespace.call(() -> first.attachOrJoin(v0, AttachMode.AUTO)).mode());
            int programId = programOn(v0);
            assertFalse(first.isJoined());
            assertEquals(new Attachment(AttachMode.NATIVE, ""),
                namespace.call(() -> second.attachOrJoin(v0, AttachMode.AUTO)));
            assertTrue(second.isJoined());
            for (AttachMode mode : AttachMode.values()) {
                String message = assertThrows(XdpException.class,
                    () -> namespace.call(() -> other.attachOrJoin(v0, mode))).getMessage();
                assertTrue(message.contains("other accept rules; "), message);
            }
            first.close();
            assertEquals(programId, programOn(v0), "the second one's now");
            second.detach();
            assertEquals(0, programOn(v0));
            assertEquals(new XdpCounters(0, 0, 0), second.counters());
            namespace.call(() -> second.attachOrJoin(v0, AttachMode.SKB));
            assertFalse(second.isJoined());
            String message = assertThrows(XdpException.class,
                () -> namespace.call(() -> other.attachOrJoin(v0, AttachMode.AUTO))).getMessage();
            assertTrue(message.contains("(EBUSY)"), message);
        }
        assertEquals(0, programOn(v0));
    }

    @Test
    void shouldNotTakePartInAProgramThatNobodyHolds() throws IOException {
        try (XdpProgram forgotten = load(); XdpProgram program = load()) {
            namespace.run(() -> assertEquals(
                0, bpf_h.bpf_xdp_attach(v0, forgotten.programFd(), xdp_h.XDP_FLAGS_DRV_MODE(), MemorySegment.NULL)));
            String message = assertThrows(XdpException.class,
                () -> namespace.call(() -> program.attachOrJoin(v0, AttachMode.AUTO))).getMessage();
            assertTrue(message.contains("; v0 has XDP program 'accept'"), message);
            namespace.command(message.substring(message.indexOf("ip link set dev v0")));
        }
    }

    @Test
    void shouldNameTheCommandThatRemovesAForgottenProgram() throws IOException {
        try (XdpProgram forgotten = load(); XdpProgram program = load()) {
            for (int flags : new int[] {xdp_h.XDP_FLAGS_DRV_MODE(), xdp_h.XDP_FLAGS_SKB_MODE()}) {
                namespace.run(() -> assertEquals(
                    0, bpf_h.bpf_xdp_attach(v0, forgotten.programFd(), flags, MemorySegment.NULL)));
                String message = attachFailure(program, v0, AttachMode.AUTO).getMessage();

                namespace.command(message.substring(message.indexOf("ip link set dev v0")));

                assertEquals(0, programOn(v0));
                attach(program, v0, AttachMode.AUTO);
                program.detach();
            }
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
            assertTrue(e.getMessage().endsWith("EOPNOTSUPP (Operation not supported); pass an open AF_XDP socket"),
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
            try (XdpProgram first = load(); XdpProgram second = load()) {
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
    void shouldChangeRulesAndKeepSocketsCountsAndItsPlaceOnTheInterface() {
        int socket = Libc.socket(libc_h.AF_XDP(), libc_h.SOCK_RAW(), 0);
        namespace.command("ip addr add 10.7.0.1/24 dev v1");
        namespace.command("ip neigh add 10.7.0.2 lladdr 02:00:00:00:00:01 dev v1");
        try (XdpProgram program = load()) {
            program.register(0, socket);
            attach(program, v0, AttachMode.AUTO);
            sendTo(9000, 20);
            assertCountsReach(program, new XdpCounters(20, 0, 0));
            int before = programOn(v0);

            program.accept(List.of(AcceptRule.parse("udp dst port 53")));

            assertEquals(List.of(AcceptRule.parse("udp dst port 53")), program.rules());
            assertNotEquals(before, programOn(v0));
            sendTo(9000, 3);
            sendTo(53, 5);
            assertCountsReach(program, new XdpCounters(25, 3, 0));

            program.accept(List.of());
            sendTo(54, 2);
            assertCountsReach(program, new XdpCounters(27, 3, 0));
        } finally {
            Libc.close(socket);
        }
        assertEquals(0, programOn(v0));
    }

    @Test
    void shouldKeepTheOldRulesWhenTheNewOnesAreTooMany() {
        List<AcceptRule> pieces = new ArrayList<>();
        for (int i = 0; i < 6000; i++) {
            pieces.add(AcceptRule.parse("udp dst port " + i));
            pieces.add(AcceptRule.parse("udp dst host 10.0." + i / 250 + "." + i % 250));
        }
        pieces.add(AcceptRule.parse("dst net 10.0.0.0/8 dst port 0-7000"));
        try (XdpProgram program = load()) {
            attach(program, v0, AttachMode.AUTO);
            int before = programOn(v0);

            assertThrows(IllegalArgumentException.class, () -> XdpProgram.check(pieces));
            assertThrows(IllegalArgumentException.class, () -> program.accept(pieces));

            assertEquals(before, programOn(v0));
            assertEquals(List.of(AcceptRule.parse("udp dst port 9000")), program.rules());
        }
    }

    @Test
    void shouldChangeRulesBeforeItIsAttachedAndSayWhenTheInterfaceIsGone() {
        try (XdpProgram program = load()) {
            program.accept(List.of());
            attach(program, v0, AttachMode.AUTO);
            namespace.command("ip link del v0");

            XdpException e = assertThrows(XdpException.class, () -> program.accept(List.of()));
            assertTrue(e.getMessage().contains("ENOLINK") && e.getMessage().contains("the interface is gone"),
                e.getMessage());
        }
    }

    @Test
    void shouldLeaveNoDescriptorBehindWhenRulesChange() {
        load().close();
        int before = openDescriptors();
        try (XdpProgram program = load()) {
            attach(program, v0, AttachMode.AUTO);
            int open = openDescriptors();
            for (int i = 0; i < 20; i++) {
                program.accept(List.of(AcceptRule.parse("udp dst port " + i)));
            }
            assertEquals(open, openDescriptors());
        }
        assertEquals(before, openDescriptors());
    }

    private static int openDescriptors() {
        return new File("/proc/self/fd").list().length;
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
                assertEquals(AttachMode.NATIVE, attach(next, v0, AttachMode.AUTO).mode());
            }
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }

    @Test
    void shouldNameThePrivilegesThatAreMissing() throws Exception {
        Process process = namespace.start(
            java(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"), "load"));
        String output = new String(process.getInputStream().readAllBytes());

        assertEquals(1, process.waitFor(), output);
        assertEquals(
            "loading BPF program accept: EPERM; needs CAP_BPF and CAP_NET_ADMIN; run as root, or grant both"
                + " (systemd: AmbientCapabilities=CAP_BPF CAP_NET_ADMIN CAP_NET_RAW)",
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

        private ProgramHolder() {
        }

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
