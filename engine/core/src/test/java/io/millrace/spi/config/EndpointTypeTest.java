package io.millrace.spi.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTypeTest {
    private static final String LOCAL_FORM = "; write an address and port, as in \"0.0.0.0:9000\" or \"[::]:9000\"";
    private static final String PEER_FORM =
            "; write an address and port, as in \"10.0.0.1:9000\" or \"[2001:db8::1]:9000\"";

    private static ConfigValue text(Object value) {
        return ConfigValueFactory.fromAnyRef(value);
    }

    private static String problem(EndpointType endpoint, Object value) {
        return assertThrows(BadValue.class, () -> endpoint.read(text(value))).getMessage();
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0:9000",
        "10.1.2.3:0",
        "[::]:9000",
        "[::1]:65535",
        "[2001:db8::1:0:0:1]:1",
        "[2001:db8::]:1",
        "[1:2:3:4:5:6:7:8]:9",
        "[1:0:3:4:5:6:7:8]:9",
        "239.1.1.1:9",
        "[ff15::1]:9",
        "[fe80::1%lo]:9",
        "[::1%lo]:9"
    })
    void shouldWriteWhatItRead(String text) throws BadValue {
        assertEquals("\"" + text + "\"", EndpointType.LOCAL.write(EndpointType.LOCAL.read(text(text))));
    }

    @ParameterizedTest
    @CsvSource({
        "*:9000, 0.0.0.0:9000",
        "[0:0:0:0:0:0:0:0]:1, [::]:1",
        "[2001:DB8:0:0:0:0:0:1]:1, [2001:db8::1]:1",
        "[::10.0.0.1]:1, [::a00:1]:1",
        "1.2.3.4:00080, 1.2.3.4:80"
    })
    void shouldWriteTheShortForm(String text, String expected) throws BadValue {
        assertEquals("\"" + expected + "\"", EndpointType.LOCAL.write(EndpointType.LOCAL.read(text(text))));
    }

    @Test
    void shouldResolveEveryAddressItself() throws BadValue {
        InetSocketAddress any = EndpointType.LOCAL.read(text("*:9000"));
        assertFalse(any.isUnresolved());
        assertInstanceOf(Inet4Address.class, any.getAddress());
        assertTrue(any.getAddress().isAnyLocalAddress());
        assertEquals(9000, any.getPort());
        assertInstanceOf(
                Inet6Address.class, EndpointType.LOCAL.read(text("[::]:9000")).getAddress());
    }

    @Test
    void shouldKeepTheZone() throws Exception {
        int index = NetworkInterface.getByName("lo").getIndex();
        for (String text : new String[] {"[fe80::1%lo]:9", "[fe80::1%" + index + "]:9"}) {
            InetSocketAddress address = EndpointType.PEER.read(text(text));
            assertEquals(index, AddressText.zone(address.getAddress()));
            assertEquals("[fe80::1%lo]:9", EndpointType.text(address));
        }
        assertEquals("[fe80::1%99999]:9", EndpointType.text(EndpointType.PEER.read(text("[fe80::1%99999]:9"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "9000",
                "0.0.0.0",
                "0.0.0.0:",
                ":::9000",
                "::1:9000",
                "[::1]",
                "[::1]9000",
                "a:b:1",
                "1.2.3.4:9000 ",
                "1.2.3.4:-1",
                "1.2.3.4:123456",
                "[[::1]]:9",
                "[::1]:9\n"
            })
    void shouldRefuseOtherShapes(String text) {
        assertEquals(
                "is " + ValueText.quoted(text) + ", which is no address with a port" + LOCAL_FORM,
                problem(EndpointType.LOCAL, text));
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:9000, localhost",
        ":9000, ''",
        "1.2.3:9000, 1.2.3",
        "1.2.3.256:9, 1.2.3.256",
        "' 1.2.3.4:9', ' 1.2.3.4'",
        "0x7f.0.0.1:9, 0x7f.0.0.1",
        "1.2.3.4.5:9, 1.2.3.4.5"
    })
    void shouldRefuseNames(String text, String host) {
        assertEquals(
                "is '" + text + "', and '" + host + "' is no address in numbers" + LOCAL_FORM,
                problem(EndpointType.LOCAL, text));
    }

    @ParameterizedTest
    @CsvSource({
        "[localhost]:9, localhost",
        "[1.2.3.4]:9, 1.2.3.4",
        "[1::2::3]:9, 1::2::3",
        "[]:9, ''",
        "[::ffff:10.0.0.1]:9, ::ffff:10.0.0.1",
        "[12345::]:9, 12345::",
        "[*]:9, *"
    })
    void shouldRefuseWhatIsNoIpv6AddressInBrackets(String text, String host) {
        assertEquals(
                "is '" + text + "', and '" + host + "' is no IPv6 address in numbers" + LOCAL_FORM,
                problem(EndpointType.LOCAL, text));
    }

    @Test
    void shouldRefusePortsThatThereAreNot() {
        assertEquals(
                "is '1.2.3.4:65536', and 65536 is no port of a host" + LOCAL_FORM,
                problem(EndpointType.LOCAL, "1.2.3.4:65536"));
        assertEquals(
                "is '1.2.3.4:0', and 0 is no port to send to" + PEER_FORM, problem(EndpointType.PEER, "1.2.3.4:0"));
        assertEquals(
                "is '1.2.3.4:0', and 0 is no port to send to" + PEER_FORM, problem(EndpointType.HEADER, "1.2.3.4:0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*:9", "0.0.0.0:9", "[::]:9"})
    void shouldNotSendToWildcards(String text) {
        String expected = "is '" + text + "', and nobody has this address" + PEER_FORM;
        assertEquals(expected, problem(EndpointType.PEER, text));
        assertEquals(expected, problem(EndpointType.HEADER, text));
    }

    @Test
    void shouldWantTheInterfaceOfALinkLocalAddress() throws BadValue {
        assertEquals(
                "is '[fe80::1]:9', which each interface may have; add the interface, as in "
                        + "\"[fe80::1%eth0]:9000\"",
                problem(EndpointType.LOCAL, "[fe80::1]:9"));
        assertEquals(
                "is '[fe80::1%no-such]:9', and this host has no interface 'no-such'; use one that 'ip link' lists",
                problem(EndpointType.PEER, "[fe80::1%no-such]:9"));
        assertEquals(
                "is '[fe80::1%]:9', and this host has no interface ''; use one that 'ip link' lists",
                problem(EndpointType.PEER, "[fe80::1%]:9"));
        assertEquals(
                "is '[fe80::1%lo]:9', and there are no zones in headers" + PEER_FORM,
                problem(EndpointType.HEADER, "[fe80::1%lo]:9"));
        assertEquals("[fe80::1]:9", EndpointType.text(EndpointType.HEADER.read(text("[fe80::1]:9"))));
    }

    @Test
    void shouldRefuseWhatIsNoText() {
        assertEquals("is 9000" + LOCAL_FORM, problem(EndpointType.LOCAL, 9000));
        assertEquals("is a block" + PEER_FORM, problem(EndpointType.PEER, Map.of()));
    }
}
