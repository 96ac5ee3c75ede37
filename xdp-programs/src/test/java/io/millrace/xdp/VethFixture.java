package io.millrace.xdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.bindings.bpf.bpf_h;
import io.millrace.testing.NetNamespace;
import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A namespace with a veth pair, v0 and v1, and what tests of the accept program do there. */
abstract class VethFixture {

    static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    NetNamespace namespace;
    int v0;

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

    final Attachment attach(XdpProgram program, int interfaceIndex, AttachMode mode) {
        return namespace.call(() -> program.attach(interfaceIndex, mode));
    }

    final XdpException attachFailure(XdpProgram program, int interfaceIndex, AttachMode mode) {
        return assertThrows(XdpException.class, () -> attach(program, interfaceIndex, mode));
    }

    static XdpProgram load() {
        return XdpProgram.load(List.of(AcceptRule.parse("udp dst port 9000")), 1);
    }

    /** The id of the program on an interface, or 0. */
    final int programOn(int interfaceIndex) {
        return namespace.call(() -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment id = arena.allocate(ValueLayout.JAVA_INT);
                assertEquals(0, bpf_h.bpf_xdp_query_id(interfaceIndex, 0, id));
                return id.get(ValueLayout.JAVA_INT, 0);
            }
        });
    }

    final void sendTo(int port, int datagrams) {
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
    static void assertCountsReach(XdpProgram program, XdpCounters expected) {
        long deadlineNs = System.nanoTime() + SECOND_NS;
        while (!program.counters().equals(expected) && System.nanoTime() < deadlineNs) {
            Thread.onSpinWait();
        }
        assertEquals(expected, program.counters());
    }

    static int openDescriptors() {
        return new File("/proc/self/fd").list().length;
    }
}
