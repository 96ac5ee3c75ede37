package io.millrace.afxdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.ConfigException;
import io.millrace.core.config.EngineConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncapsulateKeysTest {
    private static final String SOURCE = "source = \"10.0.0.1:9000\"";
    private static final String DESTINATION = "destination = \"10.0.0.2:9001\"";
    private static final String MAC = "destination-mac = \"02:00:00:00:00:0A\"";
    private static final String GOOD = SOURCE + ", " + DESTINATION + ", " + MAC;

    private static EngineConfig read(String port) {
        return EngineConfig.parse("millrace {\n ports {\n egress { type = af-xdp, interface = eth1\n" + port
                + "\n} }\n pipeline = [{ stage = drop }]\n}");
    }

    private static Optional<List<Object>> encapsulation(EngineConfig config) {
        return config.ports()
                .getFirst()
                .get(AfXdpKeys.ENCAPSULATE)
                .map(block -> block.block().keys().<Object>map(block::get).toList());
    }

    private static InetSocketAddress address(String ip, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(ip), port);
    }

    @Test
    void shouldBeEmptyWithoutABlock() {
        assertEquals(Optional.empty(), encapsulation(read("")));
        assertEquals(Optional.empty(), encapsulation(read("encapsulate = null")));
    }

    @Test
    void shouldReadAndRenderABlock() {
        EngineConfig config = read("encapsulate { " + GOOD + " }");
        assertEquals(
                Optional.of(List.of(
                        address("10.0.0.1", 9000), address("10.0.0.2", 9001), "02:00:00:00:00:0a", Optional.empty())),
                encapsulation(config));
        assertEquals(config, EngineConfig.parse(config.render()));
        EngineConfig full = read("encapsulate { source = \"[fe80::1]:1\", destination = \"[ff02::1]:2\", " + MAC
                + ", source-mac = \"06:05:04:03:02:01\" }");
        assertEquals(
                Optional.of(List.of(
                        address("fe80::1", 1),
                        address("ff02::1", 2),
                        "02:00:00:00:00:0a",
                        Optional.of("06:05:04:03:02:01"))),
                encapsulation(full));
        assertEquals(full, EngineConfig.parse(full.render()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "encapsulate = on | ports.egress.encapsulate is 'on'; write a block, encapsulate { … }",
                "encapsulate { " + SOURCE + ", " + MAC
                        + " } | ports.egress.encapsulate.destination is missing; write an "
                        + "address and port, as in \"10.0.0.1:9000\" or \"[2001:db8::1]:9000\"",
                "encapsulate { " + SOURCE + ", " + DESTINATION
                        + " } | ports.egress.encapsulate.destination-mac is missing; "
                        + "write six hexadecimal bytes, as in \"02:00:00:00:00:01\"",
                "encapsulate { " + SOURCE + ", " + DESTINATION + ", destination-mac = \"2:0:0:0:0:1\" } |"
                        + " ports.egress.encapsulate.destination-mac is '2:0:0:0:0:1', which is no MAC address;"
                        + " write six hexadecimal bytes, as in \"02:00:00:00:00:01\"",
                "encapsulate { " + SOURCE + ", " + MAC + ", destination = \"[::1]:9\" } |"
                        + " ports.egress.encapsulate.destination is ::1, and source is 10.0.0.1; write an IPv4 address",
                "encapsulate { " + GOOD
                        + ", source-mac = eth1 } | ports.egress.encapsulate.source-mac is 'eth1', which is no "
                        + "MAC address; write six hexadecimal bytes, as in \"02:00:00:00:00:01\", or auto",
                "encapsulate { " + GOOD
                        + ", sources = 1 } | unknown key 'sources' in ports.egress.encapsulate; did you mean "
                        + "'source'?",
            })
    void shouldSayWhatIsWrong(String port, String expected) {
        assertEquals(
                "config:4: " + expected,
                assertThrows(ConfigException.class, () -> read(port)).getMessage());
    }

    @Test
    void shouldNameAllThatIsMissing() {
        assertEquals(
                3,
                assertThrows(ConfigException.class, () -> read("encapsulate {}"))
                        .lines()
                        .size());
    }
}
