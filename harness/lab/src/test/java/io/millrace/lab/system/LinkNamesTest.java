package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ConfigException;
import io.millrace.Engine;
import io.millrace.core.config.EngineConfig;
import io.millrace.lab.net.Ethtool;
import io.millrace.lab.net.LinkCounters;
import io.millrace.statistics.LinkState;
import io.millrace.statistics.LinkStatistics;
import io.millrace.testing.RootOnly;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A port names its interface by an alternative name, and that is as good as its own. */
@RootOnly
@Timeout(60)
class LinkNamesTest extends ReturningLink {
    private static final String OTHER_NAME = "wan0";
    /** The longest name: 127 bytes. */
    private static final String LONG_NAME = "uplink-0123456789-0123456789-0123456789-0123456789-0123456789-"
            + "0123456789-0123456789-0123456789-0123456789-0123456789-0123456789";

    private void name(String name) {
        Shell.run(right, "ip", "link", "property", "add", "dev", "right0", "altname", name);
    }

    private void echo() throws Exception {
        try (DatagramSocket client = left.call(() -> new DatagramSocket())) {
            client.setSoTimeout(10_000);
            client.connect(pair.right().ipv4Address(), Rig.UDP_PORT);
            client.send(new DatagramPacket(new byte[] {7}, 1));
            client.receive(new DatagramPacket(new byte[100], 100));
        }
    }

    private void renew() {
        make(1);
        Await.until(
                "left0 sends",
                () -> Shell.run(left, "ip", "link", "show", "left0").contains("state UP"));
    }

    @ParameterizedTest
    @ValueSource(strings = {OTHER_NAME, LONG_NAME})
    void shouldComeBackByAnAlternativeName(String otherName) throws Exception {
        name(otherName);
        start("mode = inline", "interface = " + otherName, ECHO);
        echo();
        remove();
        renew();
        assertEquals(LinkState.GONE, link().state(), "nothing has the name");
        name(otherName); // while it is up: that is news
        awaitState(LinkState.UP);
        assertEquals(new LinkStatistics(LinkState.UP, 1, 1500, 1, ""), link());
        echo();
        engine.port("p").accept(List.of("udp dst port " + Rig.UDP_PORT, "udp dst port 9"));
        echo();
        closeQuickly();
    }

    /** The kernel knows an interface by its number: what it is called does not matter until it is gone. */
    @Test
    void shouldStayWithAnInterfaceThatIsRenamed() throws Exception {
        start("mode = inline", "", ECHO);
        Shell.run(right, "ip", "link", "set", "right0", "down");
        Shell.run(right, "ip", "link", "set", "right0", "name", "other0");
        Shell.run(right, "ip", "link", "set", "other0", "up");
        awaitState(LinkState.UP);
        echo();
        assertEquals(new LinkStatistics(LinkState.UP, 1, 1500, 0, ""), link());
        remove();
        renew();
        awaitState(LinkState.UP);
        echo();
        closeQuickly();
    }

    private static String twoPorts(String first, String second) {
        return "millrace { ports { a { type = af-xdp, interface = " + first
                + ", queues = [0] }, b { type = af-xdp, interface = " + second
                + ", queues = [0] } }, pipeline = [ { stage = drop } ] }";
    }

    @Test
    void shouldReadTheCountersOfAnInterfaceByAnyOfItsNames() {
        name(OTHER_NAME);
        name(LONG_NAME);
        Await.until(
                "the same by each name",
                () -> Stream.of("right0", OTHER_NAME, LONG_NAME)
                                .map(name -> right.call(() -> LinkCounters.read(name)))
                                .distinct()
                                .count()
                        == 1);
        assertEquals(driverCounters("right0"), driverCounters(LONG_NAME));
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class, () -> right.call(() -> LinkCounters.read(LONG_NAME.substring(1))));
        assertTrue(thrown.getMessage().contains("is not there"), thrown::getMessage);
    }

    /** Of a driver that has some. */
    private Set<String> driverCounters(String name) {
        try (Ethtool ethtool = right.call(() -> new Ethtool(name))) {
            return ethtool.statistics().keySet();
        }
    }

    @Test
    void shouldTakeTwoNamesOfOneInterfaceForOne() {
        name(OTHER_NAME);
        ConfigException atCheck = assertThrows(
                ConfigException.class, () -> right.call(() -> EngineConfig.parse(twoPorts("right0", OTHER_NAME))));
        assertTrue(
                atCheck.getMessage()
                        .contains("ports.b.interface is 'wan0', which port 'a' has already by its name"
                                + " 'right0'; list all its queues in one port"),
                atCheck::getMessage);
        EngineConfig elsewhere = EngineConfig.parse(twoPorts("right0", OTHER_NAME));
        ConfigException atStart = assertThrows(
                ConfigException.class,
                () -> right.call(() -> Engine.builder(elsewhere).start()));
        assertTrue(atStart.getMessage().contains("which another port has by its name right0"), atStart::getMessage);
    }
}
