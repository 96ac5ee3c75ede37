package io.millrace.xdp;

import java.util.Arrays;
import java.util.List;

/**
 * What the rules should see of a frame, computed in the plainest way. It is what the BPF program and the compiler are
 * tested against, and so shares no code with either.
 */
record FrameFacts(boolean tooShort, int ethertype, int protocol, byte[] dst, byte[] src, int dstPort, int srcPort) {

    static final int NONE = -1;

    private static final FrameFacts TOO_SHORT = new FrameFacts(true, NONE, NONE, null, null, NONE, NONE);
    private static final List<Integer> EXTENSIONS = List.of(0, 43, 44, 51, 60, 135);

    static FrameFacts of(byte[] frame) {
        try {
            return ofWhole(frame);
        } catch (ArrayIndexOutOfBoundsException e) {
            return TOO_SHORT;
        }
    }

    private static FrameFacts ofWhole(byte[] frame) {
        need(frame, 14);
        int ethertype = u16(frame, 12);
        int offset = 14;
        for (int tags = 0; tags < 2 && (ethertype == 0x8100 || ethertype == 0x88a8); tags++) {
            ethertype = u16(frame, offset + 2);
            offset += 4;
        }
        return switch (ethertype) {
            case 0x0800 -> ofIpv4(frame, offset);
            case 0x86dd -> ofIpv6(frame, offset);
            default -> new FrameFacts(false, ethertype, NONE, null, null, NONE, NONE);
        };
    }

    private static FrameFacts ofIpv4(byte[] frame, int ip) {
        need(frame, ip + 20);
        int headerLength = (frame[ip] & 0xf) * 4;
        if (u8(frame, ip) >> 4 != 4 || headerLength < 20) {
            return TOO_SHORT;
        }
        need(frame, ip + headerLength);
        boolean fragment = (u16(frame, ip + 6) & 0x3fff) != 0;
        byte[] src = Arrays.copyOfRange(frame, ip + 12, ip + 16);
        byte[] dst = Arrays.copyOfRange(frame, ip + 16, ip + 20);
        return withPorts(frame, ip + headerLength, 0x0800, u8(frame, ip + 9), fragment, dst, src);
    }

    private static FrameFacts ofIpv6(byte[] frame, int ip) {
        need(frame, ip + 40);
        if (u8(frame, ip) >> 4 != 6) {
            return TOO_SHORT;
        }
        byte[] src = Arrays.copyOfRange(frame, ip + 8, ip + 24);
        byte[] dst = Arrays.copyOfRange(frame, ip + 24, ip + 40);
        int next = u8(frame, ip + 6);
        int offset = ip + 40;
        for (int headers = 0; headers < 8 && EXTENSIONS.contains(next); headers++) {
            int type = next;
            need(frame, offset + 8);
            int length = switch (type) {
                case 44 -> 8;
                case 51 -> (u8(frame, offset + 1) + 2) * 4;
                default -> (u8(frame, offset + 1) + 1) * 8;
            };
            need(frame, offset + length);
            next = u8(frame, offset);
            if (type == 44 && (u16(frame, offset + 2) & 0xfff9) != 0) {
                return new FrameFacts(false, 0x86dd, next, dst, src, NONE, NONE);
            }
            offset += length;
        }
        return EXTENSIONS.contains(next)
                ? new FrameFacts(false, 0x86dd, NONE, dst, src, NONE, NONE)
                : withPorts(frame, offset, 0x86dd, next, false, dst, src);
    }

    private static FrameFacts withPorts(
            byte[] frame, int offset, int ethertype, int protocol, boolean fragment, byte[] dst, byte[] src) {
        if (fragment || protocol != 17 && protocol != 6) {
            return new FrameFacts(false, ethertype, protocol, dst, src, NONE, NONE);
        }
        need(frame, offset + (protocol == 17 ? 8 : 20));
        return new FrameFacts(false, ethertype, protocol, dst, src, u16(frame, offset + 2), u16(frame, offset));
    }

    private static void need(byte[] frame, int length) {
        if (frame.length < length) {
            throw new ArrayIndexOutOfBoundsException(length);
        }
    }

    private static int u8(byte[] frame, int offset) {
        return Byte.toUnsignedInt(frame[offset]);
    }

    private static int u16(byte[] frame, int offset) {
        return u8(frame, offset) << 8 | u8(frame, offset + 1);
    }

    boolean acceptedBy(List<AcceptRule> rules) {
        return rules.isEmpty()
                || !tooShort && rules.stream().map(AcceptRule::conditions).anyMatch(this::meets);
    }

    private boolean meets(AcceptRule.Conditions conditions) {
        return (conditions.ethertype() == AcceptRule.ANY || conditions.ethertype() == ethertype)
                && (conditions.protocol() == AcceptRule.ANY || conditions.protocol() == protocol)
                && within(conditions.dstNet(), dst)
                && within(conditions.srcNet(), src)
                && within(conditions.dstPorts(), dstPort)
                && within(conditions.srcPorts(), srcPort);
    }

    private static boolean within(PortRange range, int port) {
        return range == null || port != NONE && range.first() <= port && port <= range.last();
    }

    /** Bit by bit. */
    private static boolean within(Prefix net, byte[] address) {
        if (net == null) {
            return true;
        }
        byte[] wanted = net.address();
        if (address == null || address.length != wanted.length) {
            return false;
        }
        for (int bit = 0; bit < net.length(); bit++) {
            int mask = 0x80 >> bit % 8;
            if (((address[bit / 8] ^ wanted[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
