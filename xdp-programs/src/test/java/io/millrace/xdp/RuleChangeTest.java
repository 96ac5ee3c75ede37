package io.millrace.xdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.Libc;
import io.millrace.bindings.libc.libc_h;
import io.millrace.testing.RootOnly;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Accept rules that change while the program is attached. */
@RootOnly
@Timeout(60)
class RuleChangeTest extends VethFixture {

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
    void shouldObeyTheSameGateUnderNewRules() {
        int socket = Libc.socket(libc_h.AF_XDP(), libc_h.SOCK_RAW(), 0);
        namespace.command("ip addr add 10.7.0.1/24 dev v1");
        namespace.command("ip neigh add 10.7.0.2 lladdr 02:00:00:00:00:01 dev v1");
        try (XdpProgram program = load();
                Arena arena = Arena.ofConfined()) {
            program.register(0, socket);
            attach(program, v0, AttachMode.AUTO);
            MemorySegment gate = program.gate(0, arena);
            gate.set(ValueLayout.JAVA_INT, 0, 1);
            program.accept(List.of(AcceptRule.parse("udp dst port 53")));
            sendTo(53, 5);
            assertCountsReach(program, new XdpCounters(5, 0, 0, 5));
            gate.set(ValueLayout.JAVA_INT, 0, 0);
            sendTo(53, 2);
            assertCountsReach(program, new XdpCounters(7, 0, 0, 5));
        } finally {
            Libc.close(socket);
        }
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

            assertThrows(IllegalArgumentException.class, () -> ProgramLoader.check(pieces));
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
            assertTrue(
                    e.getMessage().contains("ENOLINK") && e.getMessage().contains("the interface is gone"),
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
}
