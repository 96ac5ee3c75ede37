package io.millrace.lab.traffic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTemplateTest {
    private static FrameTemplate.Builder ipv4() {
        return frame("10.99.0.1", "10.99.0.2");
    }

    private static FrameTemplate.Builder frame(String source, String destination) {
        try {
            return FrameTemplate.udp()
                    .macs("02:00:00:00:00:0a", "02:00:00:00:00:0b")
                    .ips(InetAddress.getByName(source), InetAddress.getByName(destination))
                    .ports(5000, 9000);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldLayOutHeadersOfIpv4() {
        byte[] bytes = ipv4().length(50).build().bytes();
        assertEquals(
                "02000000000b" + "02000000000a" + "0800"
                        + "45000024" + "00004000" + "4011" + "XXXX".replace("XXXX", checksumOf(bytes, 14, 20, 10))
                        + "0a630001" + "0a630002"
                        + "1388" + "2328" + "0010",
                HexFormat.of().formatHex(bytes, 0, 40));
    }

    @Test
    void shouldLayOutHeadersOfTaggedIpv6() {
        FrameTemplate template =
                frame("fd00:99::1", "fd00:99::2").vlan(7).length(80).build();
        assertEquals(
                "02000000000b" + "02000000000a" + "81000007" + "86dd"
                        + "60000000" + "0016" + "1140"
                        + "fd000099000000000000000000000001" + "fd000099000000000000000000000002"
                        + "1388" + "2328" + "0016",
                HexFormat.of().formatHex(template.bytes(), 0, 64));
        assertEquals(66, template.payloadOffset());
        assertEquals(14, template.payloadLength());
    }

    @Test
    void shouldSayWhereItsLengthsAre() {
        assertArrayEquals(new int[] {16, 24, 38, 40}, ipv4().length(50).build().lengthOffsets());
        assertArrayEquals(
                new int[] {14 + 4 + 4, 14 + 4 + 40 + 4, 14 + 4 + 40 + 6},
                frame("fd00:99::1", "fd00:99::2").vlan(7).length(80).build().lengthOffsets());
    }

    @ParameterizedTest
    @ValueSource(ints = {42, 43, 49, 50, 64, 65, 1514})
    void shouldCarryValidChecksumsAtEveryLength(int length) {
        byte[] bytes = ipv4().length(length).build().bytes();
        assertEquals(0xffff, onesComplementSum(bytes, 14, 20), "IPv4 header");
        assertEquals(0xffff, udpSum(bytes, 26, 8, 34), "UDP");
    }

    @ParameterizedTest
    @ValueSource(ints = {62, 71, 80, 1514})
    void shouldCarryValidChecksumsOverIpv6(int length) {
        byte[] bytes = frame("fd00:99::1", "fd00:99::2").length(length).build().bytes();
        assertEquals(0xffff, udpSum(bytes, 22, 32, 54));
    }

    @Test
    void shouldStartPayloadWithSequenceNumberAndGoOnWithPattern() {
        FrameTemplate template = ipv4().length(64).build();
        byte[] payload = Arrays.copyOfRange(template.bytes(), template.payloadOffset(), 64);
        assertEquals(0, ByteBuffer.wrap(payload).getLong());
        assertArrayEquals(HexFormat.of().parseHex("08090a0b0c0d0e0f101112131415"), Arrays.copyOfRange(payload, 8, 22));
        assertEquals(42, template.sequenceOffset());
    }

    @Test
    void shouldLeaveSequenceNumberOutWhereThereIsNoRoom() {
        assertEquals(0, ipv4().length(49).build().sequenceOffset());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 41, FrameTemplate.MAX_LENGTH + 1})
    void shouldNameTheLimitsOfTheLength(int length) {
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class, () -> ipv4().length(length).build());
        assertTrue(failure.getMessage().contains("42") && failure.getMessage().contains("9014"), failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "02:00:00:00:00", "02:00:00:00:00:0", "02-00-00-00-00-01", "0g:00:00:00:00:01"})
    void shouldRefuseWhatIsNoMacAddress(String text) {
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class, () -> FrameTemplate.udp().macs(text, text));
        assertTrue(failure.getMessage().contains("'" + text + "'"), failure.getMessage());
    }

    @Test
    void shouldRefuseOtherImpossibleHeaders() {
        assertThrows(IllegalArgumentException.class, () -> frame("10.99.0.1", "fd00:99::2"));
        assertThrows(IllegalArgumentException.class, () -> FrameTemplate.udp().ports(1, 65_536));
        assertThrows(IllegalArgumentException.class, () -> FrameTemplate.udp().vlan(4095));
        assertThrows(IllegalStateException.class, () -> FrameTemplate.udp().build());
    }

    /** RFC 1071, written another way than the code that it checks. */
    private static int onesComplementSum(byte[] bytes, int offset, int length) {
        ByteBuffer padded = ByteBuffer.allocate(length + length % 2)
                .put(bytes, offset, length)
                .rewind();
        long sum = 0;
        while (padded.hasRemaining()) {
            sum += padded.getChar();
        }
        return (int) (sum % 0xffff == 0 && sum > 0 ? 0xffff : sum % 0xffff);
    }

    private static int udpSum(byte[] frame, int addressesOffset, int addressesLength, int udpOffset) {
        int udpLength = frame.length - udpOffset;
        ByteBuffer covered = ByteBuffer.allocate(addressesLength + 8 + udpLength);
        covered.put(frame, addressesOffset, addressesLength).putInt(udpLength).putInt(17);
        covered.put(frame, udpOffset, udpLength);
        return onesComplementSum(covered.array(), 0, covered.capacity());
    }

    private static String checksumOf(byte[] bytes, int offset, int length, int field) {
        byte[] header = Arrays.copyOfRange(bytes, offset, offset + length);
        header[field] = 0;
        header[field + 1] = 0;
        return HexFormat.of().toHexDigits((short) ~onesComplementSum(header, 0, length));
    }
}
