package io.millrace.lab.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.HostException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UdpDropsTest {
    @Test
    void shouldWriteAddressesAsTheKernelDoes() {
        assertEquals("0100007F:2328", UdpDrops.text(new InetSocketAddress("127.0.0.1", 9_000)));
        assertEquals("00000000000000000000000001000000:0007", UdpDrops.text(new InetSocketAddress("::1", 7)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void shouldFindSocketsThatAreOpen(String address) throws Exception {
        InetSocketAddress local;
        try (DatagramChannel channel = DatagramChannel.open(
                address.contains(":") ? java.net.StandardProtocolFamily.INET6 : java.net.StandardProtocolFamily.INET)) {
            local = (InetSocketAddress)
                    channel.bind(new InetSocketAddress(address, 0)).getLocalAddress();
            assertEquals(0, UdpDrops.of(local));
        }
        HostException failure = assertThrows(HostException.class, () -> UdpDrops.of(local));
        assertTrue(failure.getMessage().contains("no socket"), failure.getMessage());
    }
}
