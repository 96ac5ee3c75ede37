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

class TcpKeysTest {
    private static final String BIND = "bind = \"0.0.0.0:9000\"";
    private static final String CONNECT = "connect = \"[2001:db8::1]:9000\"";
    private static final String FULL = """
        bind = "10.0.0.1:9000", frames = 2048, frame-size = 8KiB, batch = 32, buffers = 512
        connections = 7, backlog = 8
        receive-buffer = 1MiB, send-buffer = 2MiB, no-delay = off, keep-alive = on, connect-timeout = 1s
        idle-timeout = 30s, write-timeout = 0s, wait-timeout = 7s, reconnect-min = 1s, reconnect-max = 1s
        high-water = 10, low-water = 9
        zero-copy-above = 16KiB, bundles = off, reuse-port = on, busy-poll = 20us
        """;
    private static final long MS = 1_000_000L;

    private static String config(String settings) {
        return "millrace {\n ports {\n orders { type = tcp\n" + settings + "\n} }\n pipeline = [{ stage = drop }]\n}";
    }

    private static PortSettings read(String settings) {
        return EngineConfig.parse(config(settings)).ports().getFirst();
    }

    private static List<Object> values(PortSettings port) {
        return TcpKeys.BLOCK.keys().<Object>map(port::get).toList();
    }

    private static String problem(String settings) {
        return assertThrows(ConfigException.class, () -> read(settings)).getMessage();
    }

    private static InetSocketAddress address(String ip) {
        return new InetSocketAddress(InetAddress.ofLiteral(ip), 9000);
    }

    private static List<Object> defaults(InetSocketAddress bind, InetSocketAddress connect) {
        return List.of(
                Optional.ofNullable(bind),
                Optional.ofNullable(connect),
                4096,
                16 << 10,
                64,
                1024,
                1024,
                1024,
                0,
                0,
                true,
                false,
                5_000 * MS,
                0L,
                10_000 * MS,
                30_000 * MS,
                100 * MS,
                10_000 * MS,
                1 << 20,
                256 << 10,
                Optional.empty(),
                Bundles.AUTO,
                false,
                0L);
    }

    @Test
    void shouldFillInDefaults() {
        assertEquals(defaults(address("0.0.0.0"), null), values(read(BIND)));
        assertEquals(defaults(null, address("2001:db8::1")), values(read(CONNECT)));
        assertEquals("tcp", read(BIND).type().name());
        assertEquals("orders", read(BIND).name());
    }

    @Test
    void shouldReadEveryKey() {
        assertEquals(
                List.<Object>of(
                        Optional.of(address("10.0.0.1")),
                        Optional.empty(),
                        2048,
                        8 << 10,
                        32,
                        512,
                        7,
                        8,
                        1 << 20,
                        2 << 20,
                        false,
                        true,
                        1_000 * MS,
                        30_000 * MS,
                        0L,
                        7_000 * MS,
                        1_000 * MS,
                        1_000 * MS,
                        10,
                        9,
                        Optional.of(16 << 10),
                        Bundles.OFF,
                        true,
                        20_000L),
                values(read(FULL)));
    }

    @ParameterizedTest
    @ValueSource(strings = {BIND, CONNECT, FULL, "bind = \"[::1]:0\", connect = none, buffers = 2, frames = 4"})
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
                "frames = 3 | frames is 3, less than 4; use a whole number, 4 to 4194304",
                "frame-size = 10000 | frame-size is 10000, not a power of two; use 16KiB",
                "buffers = 1000 | buffers is 1000, not a power of two; use 1024",
                "buffers = 4096 | buffers is 4096, and leaves less than a quarter of 4096 frames for messages"
                        + " that span "
                        + "buffers; set buffers to 2048 or less, or frames to 5462 or more",
                "buffers = 2048, frames = 2730 | buffers is 2048, and leaves less than a quarter of 2730 frames for"
                        + " messages "
                        + "that span buffers; set buffers to 1024 or less, or frames to 2731 or more",
                "buffers = 4, frames = 4 | buffers is 4, and leaves less than a quarter of 4 frames for messages"
                        + " that span "
                        + "buffers; set buffers to 2 or less, or frames to 6 or more",
                "connections = 0 | connections is 0, less than 1; use a whole number, 1 to 1048576",
                "connections = 1048577 | connections is 1048577, more than 1048576; use a whole number, 1 to 1048576",
                "backlog = 0 | backlog is 0, less than 1; use a whole number, 1 to 65535",
                "no-delay = no | no-delay is 'no'; write on or off",
                "connect-timeout = 0s | connect-timeout is 0s, less than 1ms; use 1ms to 1h",
                "idle-timeout = 25h | idle-timeout is 25h, more than 24h; use 0s to 24h",
                "write-timeout = never | write-timeout is 'never', which is no duration like 500ms, 10s or 2m; use"
                        + " 0s to 1h",
                "reconnect-min = 11s | reconnect-max is 10s, less than reconnect-min, 11s; use 11s or more",
                "reconnect-max = 50ms | reconnect-max is 50ms, less than reconnect-min, 100ms; use 100ms or more",
                "high-water = 0 | high-water is 0, less than 1; use a size, 1 to 1GiB",
                "high-water = 256KiB | low-water is 256KiB, not less than high-water, 256KiB; use less",
                "low-water = 2MiB | low-water is 2MiB, not less than high-water, 1MiB; use less",
                "bundles = on | bundles is 'on', which is not one of its values; write auto or off",
            })
    void shouldSayWhatIsWrong(String settings, String expected) {
        String problem = problem(BIND + "\n" + settings);
        assertEquals("ports.orders." + expected, problem.substring(problem.indexOf(' ') + 1));
    }

    @Test
    void shouldNameTheLineOfTheKeyThatIsSet() {
        assertEquals(
                "config:5: ports.orders.low-water is 2MiB, not less than high-water, 1MiB; use less",
                problem(BIND + "\nlow-water = 2MiB"));
        assertEquals(
                "config:3: ports.orders.low-water is 256KiB, not less than high-water, 1KiB; use less",
                problem(BIND + "\nhigh-water = 1KiB"));
    }

    @ParameterizedTest
    @CsvSource({"2048, 2731", "1024, 1366", "2, 4", "4, 6", "32768, 43691"})
    void shouldLeaveAQuarterOfTheFramesBesideTheBuffers(int buffers, int frames) {
        assertEquals(
                buffers,
                read(BIND + ", buffers = " + buffers + ", frames = " + frames).get(TcpKeys.BUFFERS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "` ` | config:3: ports.orders has neither bind nor connect; add bind = \"0.0.0.0:9000\" to accept"
                        + " connections, "
                        + "or connect = \"ADDR:PORT\" to make one",
                "bind = \"*:9000\", connect = \"10.0.0.1:9\" | config:3: ports.orders has both bind and connect;"
                        + " keep one of "
                        + "them",
                "bind = \"239.1.1.1:9\" | config:4: ports.orders.bind is 239.1.1.1:9, a multicast group; write the"
                        + " address of "
                        + "a host, or use type = udp",
                "connect = \"[ff15::1]:9\" | config:4: ports.orders.connect is [ff15::1]:9, a multicast group;"
                        + " write the "
                        + "address of a host, or use type = udp",
                "connect = \"10.0.0.1:0\" | config:4: ports.orders.connect is '10.0.0.1:0', and 0 is no port to send"
                        + " to; write "
                        + "an address and port, as in \"10.0.0.1:9000\" or \"[2001:db8::1]:9000\", or none",
            })
    void shouldTakeOneAddress(String settings, String expected) {
        String[] lines = problem(settings).split("\n");
        assertEquals(expected, lines[lines.length - 1]);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "remote = 3 | unknown key 'remote' in ports.orders; keys here: type, bind, connect, frames,"
                        + " frame-size, batch, "
                        + "buffers, connections, backlog, receive-buffer, send-buffer, no-delay, keep-alive,"
                        + " connect-timeout, "
                        + "idle-timeout, write-timeout, wait-timeout, reconnect-min, reconnect-max, high-water,"
                        + " low-water, "
                        + "zero-copy-above, bundles, reuse-port, busy-poll",
                "nodelay = on | unknown key 'nodelay' in ports.orders; did you mean 'no-delay'?",
            })
    void shouldSuggestKeys(String settings, String expected) {
        assertEquals("config:5: " + expected, problem(BIND + "\n" + settings));
    }

    @Test
    void shouldCompareTheBatchWithTheDisruptor() {
        String small = config(BIND).replace("ports {", "engine { ring-size = 32 }, ports {");
        assertEquals(
                "config:3: ports.orders.batch is 64, more than engine.ring-size has slots, 32; use 32 or less",
                assertThrows(ConfigException.class, () -> EngineConfig.parse(small))
                        .getMessage());
    }
}
