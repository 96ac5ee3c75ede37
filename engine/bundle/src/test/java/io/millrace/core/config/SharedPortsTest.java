package io.millrace.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.ConfigException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharedPortsTest {

    private static EngineConfig read(String a, String b) {
        return EngineConfig.parse(
                "millrace {\n ports {\n a { " + a + " }\n b { " + b + " }\n }\n" + "pipeline = [{ stage = drop }]\n}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "type = udp, bind = \"*:9\" | type = udp, bind = \"0.0.0.0:9\" | 0.0.0.0:9",
                "type = tcp, bind = \"[::1]:9\" | type = tcp, bind = \"[0:0::1]:9\" | [::1]:9",
                "type = tcp, bind = \"*:9\", reuse-port = on | type = tcp, bind = \"*:9\" | 0.0.0.0:9",
                "type = udp, bind = \"*:9\" | type = udp, bind = \"*:9\", reuse-port = on | 0.0.0.0:9",
                "type = udp, bind = \"[fe80::1%lo]:9\" | type = udp, bind = \"[fe80::1%lo]:9\" | [fe80::1%lo]:9",
            })
    void shouldRefuseAnAddressThatAnotherPortHas(String a, String b, String address) {
        assertEquals(
                "config:4: ports.b.bind is " + address + ", which port 'a' has already; use another port number, "
                        + "or set reuse-port to on in both",
                assertThrows(ConfigException.class, () -> read(a, b)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type = udp, bind = \"*:9\" | type = udp, bind = \"*:10\"",
                "type = udp, bind = \"*:9\" | type = udp, bind = \"[::]:9\"",
                "type = udp, bind = \"*:9\" | type = tcp, bind = \"*:9\"",
                "type = udp, bind = \"10.0.0.1:9\" | type = udp, bind = \"10.0.0.2:9\"",
                "type = udp, bind = \"*:9\", reuse-port = on | type = udp, bind = \"*:9\", reuse-port = on",
                "type = tcp, bind = \"*:9\", reuse-port = on | type = tcp, bind = \"*:9\", reuse-port = on",
                "type = tcp, bind = \"*:0\" | type = tcp, bind = \"*:0\"",
                "type = tcp, connect = \"10.0.0.1:9\" | type = tcp, connect = \"10.0.0.1:9\"",
                "type = udp, bind = \"[fe80::1%lo]:9\" | type = udp, bind = \"[fe80::1%99999]:9\"",
                "type = udp, bind = \"*:9\" | type = af-xdp, interface = eth1",
            })
    void shouldTakeOtherAddresses(String ports) {
        String[] two = ports.split(" \\| ");
        assertEquals(2, read(two[0], two[1]).ports().size());
    }
}
