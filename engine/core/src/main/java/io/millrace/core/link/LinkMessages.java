package io.millrace.core.link;

import static io.millrace.bindings.libc.libc_h.ENODEV;
import static io.millrace.bindings.libc.libc_h.IFF_RUNNING;
import static io.millrace.bindings.libc.libc_h.IFF_UP;

import io.millrace.spi.LinkCondition;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * rtnetlink's messages about interfaces, in the byte order of the host (rtnetlink(7)):
 *
 * <pre>
 *   nlmsghdr    0 length (with this header), 4 type (2 bytes), 6 flags (2 bytes), 8 sequence number, 12 port id
 *   ifinfomsg  16 family (1 byte), 18 type (2 bytes), 20 index, 24 flags, 28 changed flags
 *   rtattr     32 length (2 bytes, with these four), 34 type (2 bytes), 36 value; the next one 4-byte aligned
 *   nlmsgerr   16 error (an errno negated, or 0), 20 the header of the request
 * </pre>
 *
 * <p>Requests carry the index of the interface as their sequence number, so that an error tells which it is about.
 */
final class LinkMessages {
    /** The longest request, in bytes. */
    static final int REQUEST_LENGTH = 164;
    /** The size of a {@code sockaddr_nl} in bytes. */
    static final int ADDRESS_LENGTH = 12;
    /** {@code NETLINK_ROUTE}. */
    static final int PROTOCOL = 0;
    /** {@code RTMGRP_LINK}. */
    static final int LINK_GROUP = 1;

    // linux/netlink.h, linux/rtnetlink.h, linux/if_link.h
    private static final short NLMSG_ERROR = 2;
    private static final short RTM_NEWLINK = 16;
    private static final short RTM_DELLINK = 17;
    private static final short RTM_GETLINK = 18;
    private static final short NLM_F_REQUEST = 1;
    private static final int ATTRIBUTE_TYPE = 0x3fff;
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    /** The namespace that an interface has moved to; only in the message that says that it left this one. */
    private static final int IFLA_NEW_NETNSID = 45;

    private static final int IFLA_NEW_IFINDEX = 49;
    /** A nested attribute: the alternative names. */
    private static final int IFLA_PROP_LIST = 52;

    private static final int IFLA_ALT_IFNAME = 53;

    private static final int HEADER_LENGTH = 16;
    private static final int ATTRIBUTES = 32;
    private static final int ATTRIBUTE_HEADER = 4;
    private static final int ALIGNMENT = 4;
    private static final int MAC_LENGTH = 6;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private LinkMessages() {}

    /**
     * Writes a {@code sockaddr_nl} for which the kernel picks the port id, and which subscribes to news of interfaces.
     */
    static void writeAddress(MemorySegment address, int family) {
        address.fill((byte) 0).set(SHORT, 0, (short) family);
        address.set(INT, 8, LINK_GROUP);
    }

    /** Writes a request for the state of an interface; returns the request's length. */
    static int writeRequest(MemorySegment request, int index) {
        writeRequestHeader(request, ATTRIBUTES);
        request.set(INT, 8, index);
        request.set(INT, 20, index);
        return ATTRIBUTES;
    }

    /** Writes a request for an interface by its own or an alternative name, of at most 127 bytes. */
    static int writeRequest(MemorySegment request, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        int attributeLength = ATTRIBUTE_HEADER + bytes.length + 1;
        int length = (int) (ATTRIBUTES + aligned(attributeLength));
        writeRequestHeader(request, length);
        request.set(SHORT, ATTRIBUTES, (short) attributeLength);
        request.set(SHORT, ATTRIBUTES + 2, (short) IFLA_ALT_IFNAME); // also finds an interface by its own name
        MemorySegment.copy(bytes, 0, request, ValueLayout.JAVA_BYTE, ATTRIBUTES + ATTRIBUTE_HEADER, bytes.length);
        return length;
    }

    private static void writeRequestHeader(MemorySegment request, int length) {
        request.fill((byte) 0).set(INT, 0, length);
        request.set(SHORT, 4, RTM_GETLINK);
        request.set(SHORT, 6, NLM_F_REQUEST);
    }

    /** Reports what one datagram says about interfaces. Other messages, and messages that are cut off, are skipped. */
    static void read(MemorySegment datagram, Consumer<LinkReport> reports) {
        long at = 0;
        while (datagram.byteSize() - at >= HEADER_LENGTH) {
            long length = Integer.toUnsignedLong(datagram.get(INT, at));
            if (length < HEADER_LENGTH || length > datagram.byteSize() - at) {
                return;
            }
            LinkReport report = report(datagram.asSlice(at, length));
            if (report != null) {
                reports.accept(report);
            }
            at += aligned(length);
        }
    }

    private static LinkReport report(MemorySegment message) {
        short type = message.get(SHORT, 4);
        if (type == NLMSG_ERROR && message.byteSize() >= 20 && message.get(INT, 16) == -ENODEV()) {
            return new LinkReport(message.get(INT, 8), "", LinkCondition.DELETED, 0);
        }
        boolean ofInterface = (type == RTM_NEWLINK || type == RTM_DELLINK) && message.byteSize() >= ATTRIBUTES;
        if (!ofInterface || message.get(ValueLayout.JAVA_BYTE, 16) != 0) {
            return null; // other families are about bridges: for them an interface that leaves a bridge is "deleted"
        }
        Attributes attributes = new Attributes(message);
        LinkCondition condition = type == RTM_NEWLINK
                ? condition(message.get(INT, 24))
                : attributes.moves ? LinkCondition.MOVED : LinkCondition.DELETED;
        return new LinkReport(
                message.get(INT, 20),
                attributes.name,
                attributes.otherNames,
                condition,
                attributes.mtu,
                attributes.mac);
    }

    private static LinkCondition condition(int flags) {
        if ((flags & IFF_UP()) == 0) {
            return LinkCondition.OFF;
        }
        return (flags & IFF_RUNNING()) == 0 ? LinkCondition.NO_CARRIER : LinkCondition.UP;
    }

    private static long aligned(long length) {
        return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** The attributes that matter here. */
    private static final class Attributes {
        private final List<String> otherNames = new ArrayList<>();
        private String name = "";
        private int mtu;
        private long mac;
        private boolean moves;

        Attributes(MemorySegment message) {
            long at = ATTRIBUTES;
            while (message.byteSize() - at >= ATTRIBUTE_HEADER) {
                int length = Short.toUnsignedInt(message.get(SHORT, at));
                if (length < ATTRIBUTE_HEADER || length > message.byteSize() - at) {
                    return;
                }
                int type = message.get(SHORT, at + 2) & ATTRIBUTE_TYPE;
                MemorySegment value = message.asSlice(at + ATTRIBUTE_HEADER, length - ATTRIBUTE_HEADER);
                if (type == IFLA_IFNAME) {
                    name = text(value);
                } else if (type == IFLA_PROP_LIST) {
                    readNames(value);
                } else if (type == IFLA_MTU && value.byteSize() >= Integer.BYTES) {
                    mtu = value.get(INT, 0);
                }
                if (type == IFLA_ADDRESS && length == ATTRIBUTE_HEADER + MAC_LENGTH) {
                    mac = mac(message.asSlice(at + ATTRIBUTE_HEADER, MAC_LENGTH));
                }
                moves |= type == IFLA_NEW_NETNSID || type == IFLA_NEW_IFINDEX;
                at += aligned(length);
            }
        }

        private static long mac(MemorySegment value) {
            long mac = 0;
            for (int i = 0; i < MAC_LENGTH; i++) {
                mac = mac << Byte.SIZE | Byte.toUnsignedLong(value.get(ValueLayout.JAVA_BYTE, i));
            }
            return mac;
        }

        private void readNames(MemorySegment list) {
            long at = 0;
            while (list.byteSize() - at >= ATTRIBUTE_HEADER) {
                int length = Short.toUnsignedInt(list.get(SHORT, at));
                if (length < ATTRIBUTE_HEADER || length > list.byteSize() - at) {
                    return;
                }
                if ((list.get(SHORT, at + 2) & ATTRIBUTE_TYPE) == IFLA_ALT_IFNAME) {
                    otherNames.add(text(list.asSlice(at + ATTRIBUTE_HEADER, length - ATTRIBUTE_HEADER)));
                }
                at += aligned(length);
            }
        }

        private static String text(MemorySegment value) {
            byte[] bytes = value.toArray(ValueLayout.JAVA_BYTE);
            int length = 0;
            while (length < bytes.length && bytes[length] != 0) {
                length++;
            }
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        }
    }
}
