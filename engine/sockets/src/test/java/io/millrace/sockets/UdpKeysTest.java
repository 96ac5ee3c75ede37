package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.ConfigException;
import io.millrace.core.config.EngineConfig;
import io.millrace.spi.PortSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UdpKeysTest {
    private static final String BIND = "bind = \"0.0.0.0:9000\"";
    private static final String FULL = """
        bind = "10.0.0.1:9000", remote = "10.0.0.2:9001", frames = 2048, frame-size = 128KiB, batch = 32, buffers = 512
        sends = 256, receive-buffer = 8MiB, send-buffer = 0, gro = on, gso = on, zero-copy-above = 4KiB, timestamps = on
        local-address = on, reuse-port = on, busy-poll = 50us, multicast-ttl = 16, multicast-loop = on
        """;

    private static String config(String settings) {
        return "millrace {\n ports {\n feed { type = udp\n" + settings + "\n} }\n pipeline = [{ stage = drop }]\n}";
    }

    private static PortSettings read(String settings) {
        return EngineConfig.parse(config(settings)).ports().getFirst();
    }

    private static List<Object> values(PortSettings port) {
        return UdpKeys.BLOCK.keys().<Object>map(port::get).toList();
    }

    private static List<MulticastGroup> groups(PortSettings port) {
        return port.get(UdpKeys.MULTICAST).stream().map(MulticastGroup::of).toList();
    }

    private static String problem(String settings) {
        return assertThrows(ConfigException.class, () -> read(settings)).getMessage();
    }

    private static InetSocketAddress address(String ip, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(ip), port);
    }

    @Test
    void shouldFillInDefaults() {
        List<Object> values = List.of(
                address("0.0.0.0", 9000),
                Optional.empty(),
                4096,
                2048,
                64,
                1024,
                1024,
                4 << 20,
                4 << 20,
                false,
                false,
                Optional.empty(),
                false,
                LocalAddress.AUTO,
                false,
                0L,
                1,
                false,
                List.of());
        assertEquals(values, values(read(BIND)));
        assertEquals("udp", read(BIND).type().name());
        assertEquals("feed", read(BIND).name());
    }

    @Test
    void shouldReadEveryKey() {
        assertEquals(
                List.<Object>of(
                        address("10.0.0.1", 9000),
                        Optional.of(address("10.0.0.2", 9001)),
                        2048,
                        128 << 10,
                        32,
                        512,
                        256,
                        8 << 20,
                        0,
                        true,
                        true,
                        Optional.of(4096),
                        true,
                        LocalAddress.ON,
                        true,
                        50_000L,
                        16,
                        true,
                        List.of()),
                values(read(FULL)));
    }

    @Test
    void shouldReadGroups() {
        assertEquals(
                List.of(
                        new MulticastGroup(InetAddress.ofLiteral("239.1.1.1"), "eth1", null),
                        new MulticastGroup(
                                InetAddress.ofLiteral("232.1.1.1"), "eth2", InetAddress.ofLiteral("10.0.0.5"))),
                groups(read(BIND + """

                    multicast = [
                      { group = "239.1.1.1", interface = eth1 }
                      { group = "232.1.1.1", interface = eth2, source = "10.0.0.5" }
                    ]
                    """)));
        assertEquals(
                List.of(new MulticastGroup(InetAddress.ofLiteral("ff15::1"), "eth1", null)),
                groups(read("bind = \"[ff15::1]:9000\", multicast = [{ group = \"ff15::1\", interface ="
                        + " eth1, source = none }]")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                BIND,
                FULL,
                "bind = \"[::]:0\", remote = \"[2001:db8::1%lo]:1\"",
                "bind = \"*:9000\", zero-copy-above = 0, multicast = [{ group = \"239.1.1.1\", interface = eth1 }, "
                        + "{ group = \"239.1.1.1\", interface = \"e.1\", source = \"10.0.0.5\" }]"
            })
    void shouldReadAnEqualConfigFromARenderedOne(String settings) {
        EngineConfig config = EngineConfig.parse(config(settings));
        EngineConfig again = EngineConfig.parse(config.render());
        assertEquals(config, again);
        assertEquals(config.render(), again.render());
        String unbatched = settings.replaceFirst("batch = \\d+,?", "");
        assertNotEquals(config, EngineConfig.parse(config(unbatched + "\nbatch = 63")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "frames = 1 | frames is 1, less than 2; use a whole number, 2 to 4194304",
                "frame-size = 3000 | frame-size is 3000, not a power of two; use 4KiB",
                "frame-size = 1KiB | frame-size is 1KiB, less than 2KiB; use a power of two, 2KiB to 1MiB",
                "frame-size = 2MiB | frame-size is 2MiB, more than 1MiB; use a power of two, 2KiB to 1MiB",
                "frame-size = 2k | frame-size is '2k', which is no size like 2048 or 2KiB; use a power of two,"
                        + " 2KiB to 1MiB",
                "batch = 0 | batch is 0, less than 1; use a whole number, 1 to 4096",
                "buffers = 1000 | buffers is 1000, not a power of two; use 1024",
                "buffers = 65536 | buffers is 65536, more than 32768; use a power of two, 2 to 32768",
                "buffers = 8192 | buffers is 8192, more than frames, 4096; use 4096 or less, or more frames",
                "sends = 0 | sends is 0, less than 1; use a whole number, 1 to 32768",
                "sends = 32769 | sends is 32769, more than 32768; use a whole number, 1 to 32768",
                "receive-buffer = -1 | receive-buffer is -1, which is no size like 2048 or 2KiB; use a size, 0 to 1GiB",
                "send-buffer = 2GiB | send-buffer is 2GiB, more than 1GiB; use a size, 0 to 1GiB",
                "gro = maybe | gro is 'maybe'; write on or off",
                "gro = on | gro is on, and datagrams that the kernel has put together are up to 64KiB long, too"
                        + " long for "
                        + "frames of 2KiB; set frame-size to 128KiB or more, or gro to off",
                "gro = on, frame-size = 64KiB | gro is on, and datagrams that the kernel has put together are up"
                        + " to 64KiB "
                        + "long, too long for frames of 64KiB; set frame-size to 128KiB or more, or gro to off",
                "zero-copy-above = on | zero-copy-above is 'on', which is no size like 2048 or 2KiB; use a size, 0"
                        + " to 1GiB, or "
                        + "off",
                "timestamps = 1 | timestamps is 1; write on or off",
                "local-address = yes | local-address is 'yes', which is not one of its values; write auto, on or off",
                "busy-poll = 50 | busy-poll is 50, which is no duration like 500ms, 10s or 2m; use 0s to 1s",
                "busy-poll = 2s | busy-poll is 2s, more than 1s; use 0s to 1s",
                "multicast-ttl = 256 | multicast-ttl is 256, more than 255; use a whole number, 0 to 255",
                "remote = \"10.0.0.1:0\" | remote is '10.0.0.1:0', and 0 is no port to send to; write an address and"
                        + " port, as "
                        + "in \"10.0.0.1:9000\" or \"[2001:db8::1]:9000\", or none",
                "remote = \"[::1]:9\" | remote is ::1, and bind is 0.0.0.0; write an IPv4 address",
                "bind = \"[::]:9000\", remote = \"10.0.0.1:9\" | remote is 10.0.0.1, and bind is ::; write an"
                        + " IPv6 address",
                "multicast = \"239.1.1.1\" | multicast is '239.1.1.1'; write a list of groups, as in "
                        + "[{ group = \"239.1.1.1\", interface = eth1 }]",
                "multicast = [\"239.1.1.1\"] | multicast[0] is '239.1.1.1'; write a group, as in "
                        + "{ group = \"239.1.1.1\", interface = eth1 }",
                "multicast = [{ group = \"239.1.1.1\" }] | multicast[0].interface is missing; write the name of an"
                        + " interface, "
                        + "as 'ip link' lists them",
                "multicast = [{ interface = eth1 }] | multicast[0].group is missing; write the address of a"
                        + " multicast group, "
                        + "as in \"239.1.1.1\" or \"ff15::1\"",
                "multicast = [{ group = \"10.0.0.1\", interface = a }] | multicast[0].group is '10.0.0.1', which is"
                        + " no group; "
                        + "write the address of a multicast group, as in \"239.1.1.1\" or \"ff15::1\"",
                "multicast = [{ group = mcast, interface = a }] | multicast[0].group is 'mcast', which is no"
                        + " address in "
                        + "numbers; write the address of a multicast group, as in \"239.1.1.1\" or \"ff15::1\"",
                "multicast = [{ group = \"239.1.1.1\", interface = a, source = \"239.1.1.2\" }] |"
                        + " multicast[0].source is "
                        + "'239.1.1.2', which is no host; write the address of a host, as in \"10.0.0.5\" or"
                        + " \"2001:db8::5\", or "
                        + "none",
                "multicast = [{ group = \"239.1.1.1\", interface = a, source = \"::1\" }] | multicast[0].source is"
                        + " ::1, and "
                        + "group is 239.1.1.1; write an IPv4 address",
                "multicast = [{ group = \"ff15::1\", interface = a }] | multicast[0] is the group ff15::1, and bind is "
                        + "0.0.0.0; use a group of the family of bind",
                "bind = \"10.0.0.1:9\", multicast = [{ group = \"239.1.1.1\", interface = a }] | multicast[0] is"
                        + " the group "
                        + "239.1.1.1, whose datagrams don't come to a socket that is bound to 10.0.0.1; bind to a"
                        + " wildcard or to "
                        + "the group",
                "multicast = [{ group = \"239.1.1.1\", interface = a }, { group = \"239.1.1.1\", interface = a }] | "
                        + "multicast[1] is there already; remove it",
            })
    void shouldSayWhatIsWrong(String settings, String expected) {
        String bind = settings.startsWith("bind") ? "" : BIND;
        assertEquals("config:5: ports.feed." + expected, problem(bind + "\n" + settings));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "interface = eth1 | unknown key 'interface' in ports.feed; keys here: type, bind, remote, frames,"
                        + " frame-size, "
                        + "batch, buffers, sends, receive-buffer, send-buffer, gro, gso, zero-copy-above, timestamps, "
                        + "local-address, reuse-port, busy-poll, multicast-ttl, multicast-loop, multicast",
                "recieve-buffer = 0 | unknown key 'recieve-buffer' in ports.feed; did you mean 'receive-buffer'?",
                "multicasts = [] | unknown key 'multicasts' in ports.feed; did you mean 'multicast'?",
                "connect = \"10.0.0.1:9\" | unknown key 'connect' in ports.feed; keys here: type, bind, remote,"
                        + " frames, "
                        + "frame-size, batch, buffers, sends, receive-buffer, send-buffer, gro, gso,"
                        + " zero-copy-above, timestamps, "
                        + "local-address, reuse-port, busy-poll, multicast-ttl, multicast-loop, multicast",
                "multicast = [{ group = \"239.1.1.1\", interface = eth1, sauce = 1 }] | unknown key 'sauce' in "
                        + "ports.feed.multicast[0]; did you mean 'source'?",
            })
    void shouldSuggestKeys(String settings, String expected) {
        assertEquals("config:5: " + expected, problem(BIND + "\n" + settings));
    }

    @Test
    void shouldRequireAnAddress() {
        assertEquals(
                "config:3: ports.feed.bind is missing; write an address and port, as in \"0.0.0.0:9000\" or "
                        + "\"[::]:9000\"",
                problem(""));
    }

    @Test
    void shouldNameTheLineOfAGroup() {
        assertEquals(
                "config:6: ports.feed.multicast[1].group is '1.1.1.1', which is no group; write the address of a "
                        + "multicast group, as in \"239.1.1.1\" or \"ff15::1\"",
                problem(BIND + ", multicast = [{ group = \"239.1.1.1\", interface = a }\n\n"
                        + "{ group = \"1.1.1.1\", interface = a }]"));
    }

    @Test
    void shouldCompareTheBatchWithTheDisruptorInPipelinedModeOnly() {
        String small = config(BIND).replace("ports {", "engine { ring-size = 32 }, ports {");
        assertEquals(
                "config:3: ports.feed.batch is 64, more than engine.ring-size has slots, 32; use 32 or less",
                assertThrows(ConfigException.class, () -> EngineConfig.parse(small))
                        .getMessage());
        EngineConfig.parse(small.replace("ring-size = 32", "ring-size = 32, mode = inline"));
    }

    @Test
    void shouldTakeAsManyBuffersAsFrames() {
        assertEquals(4096, read(BIND + ", buffers = 4096").get(UdpKeys.BUFFERS));
    }
}
