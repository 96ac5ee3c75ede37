package io.millrace.core;

import io.millrace.wire.InternetChecksum;
import io.millrace.wire.IpProtocol;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** The frames of the warm-up: UDP datagrams over IPv4, whose payload is zeroes. */
final class WarmUpFrames {
    private static final byte[] ETHERNET = HexFormat.of().parseHex("020000000001" + "020000000002" + "0800");
    private static final int IP_HEADER = 20;
    private static final int UDP_HEADER = 8;
    private static final byte VERSION_AND_LENGTH = 0x45;
    private static final byte TTL = 64;
    private static final int FROM = 10 << 24 | 1;
    private static final int TO = 10 << 24 | 2;
    private static final short FROM_PORT = 9000;
    private static final short TO_PORT = 9001;
    private static final int SMALL = 30;
    /**
     * Lengths of datagrams: their binary digits decide which way the sum over their bytes goes, and each way is among
     * these, taken and not taken.
     */
    private static final int[] LENGTHS = {SMALL, 64, 95};

    private WarmUpFrames() {}

    /** Makes a small frame without a UDP checksum. */
    static byte[] small() {
        return frame(SMALL, 0);
    }

    /** Makes frames with the sum of the pseudo header in the place of the UDP checksum. */
    static List<byte[]> unfinished() {
        return IntStream.of(LENGTHS)
                .mapToObj(length -> frame(length, sumOfPseudoHeader(length)))
                .toList();
    }

    private static int sumOfPseudoHeader(int length) {
        long sum = (long) FROM + TO + IpProtocol.UDP + length;
        return ~InternetChecksum.fold(sum) & 0xffff;
    }

    private static byte[] frame(int length, int checksum) {
        int total = IP_HEADER + length;
        int headerSum = InternetChecksum.fold(
                ((long) VERSION_AND_LENGTH << Byte.SIZE) + total + (TTL << Byte.SIZE | IpProtocol.UDP) + FROM + TO);
        ByteBuffer frame = ByteBuffer.allocate(ETHERNET.length + total);
        frame.put(ETHERNET);
        frame.put(VERSION_AND_LENGTH).put((byte) 0).putShort((short) total);
        frame.putInt(0); // identification, flags, fragment offset
        frame.put(TTL).put((byte) IpProtocol.UDP).putShort((short) headerSum);
        frame.putInt(FROM).putInt(TO);
        frame.putShort(FROM_PORT).putShort(TO_PORT).putShort((short) length).putShort((short) checksum);
        return frame.array();
    }
}
