package io.millrace.xdp;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Frames with one thing about them, for tests that name it. */
final class Frames {

    private static final int UDP_LENGTH = 8;

    private Frames() {}

    static byte[] ethernet(int ethertype, byte[] payload) {
        return ByteBuffer.allocate(14 + payload.length)
                .position(12)
                .putShort((short) ethertype)
                .put(payload)
                .array();
    }

    static byte[] vlan(int tagEthertype, byte[] frame) {
        return ByteBuffer.allocate(frame.length + 4)
                .put(frame, 0, 12)
                .putShort((short) tagEthertype)
                .putShort((short) 5)
                .put(frame, 12, frame.length - 12)
                .array();
    }

    /** A datagram from 10.0.0.1. */
    static byte[] udp4(String dst, int srcPort, int dstPort) {
        return ethernet(0x0800, ipv4(17, dst, 0, 0, udp(srcPort, dstPort)));
    }

    static byte[] ipv4(int protocol, String dst, int fragment, int optionBytes, byte[] payload) {
        int headerLength = 20 + optionBytes;
        return ByteBuffer.allocate(headerLength + payload.length)
                .put((byte) (4 << 4 | headerLength / 4))
                .put((byte) 0)
                .putShort((short) (headerLength + payload.length))
                .putShort((short) 1)
                .putShort((short) fragment)
                .put((byte) 64)
                .put((byte) protocol)
                .putShort((short) 0)
                .put(Prefix.parseHost("10.0.0.1").address())
                .put(Prefix.parseHost(dst).address())
                .position(headerLength)
                .put(payload)
                .array();
    }

    /** A datagram from fd00::1. */
    static byte[] ipv6(int next, String dst, byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteBuffer packet = ByteBuffer.allocate(40 + length)
                .putInt(6 << 28)
                .putShort((short) length)
                .put((byte) next)
                .put((byte) 64)
                .put(Prefix.parseHost("fd00::1").address())
                .put(Prefix.parseHost(dst).address());
        for (byte[] part : parts) {
            packet.put(part);
        }
        return packet.array();
    }

    static byte[] extension(int next, int lengthField, int lengthBytes) {
        return ByteBuffer.allocate(lengthBytes)
                .put((byte) next)
                .put((byte) lengthField)
                .array();
    }

    static byte[] udp(int srcPort, int dstPort) {
        return ByteBuffer.allocate(UDP_LENGTH + 16)
                .putShort((short) srcPort)
                .putShort((short) dstPort)
                .putShort((short) (UDP_LENGTH + 16))
                .array();
    }
}
