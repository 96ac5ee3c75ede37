package io.millrace.xdp;

import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.libc.libc_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the kernel's {@code netdev} family of generic netlink about one interface
 * ({@code Documentation/netlink/specs/netdev.yaml}); libbpf tells a part of it, and from 1.3 on.
 *
 * <pre>
 *   0         4       6        8       12      16       17         20
 *  +---------+-------+--------+-------+-------+--------+----------+-----------------------
 *  | length  | type  | flags  |  seq  |  pid  | command| version  | attributes: length u16,
 *  +---------+-------+--------+-------+-------+--------+----------+ type u16, value, padding to 4
 * </pre>
 */
final class NetdevQuery {

    /**
     * The answer.
     *
     * @param xdpFeatures    what the driver can do with XDP at all
     * @param tellsMetadata  whether the kernel is new enough to speak of metadata
     * @param socketFeatures what the driver does for frames of AF_XDP sockets; 0 if the kernel does not speak of that
     */
    record Answer(
            long xdpFeatures,
            int zeroCopySegments,
            long metadataFeatures,
            boolean tellsMetadata,
            long socketFeatures) {}

    private static final Logger LOG = LoggerFactory.getLogger(NetdevQuery.class);

    private static final int AF_NETLINK = 16;
    private static final int NETLINK_GENERIC = 16;
    private static final int REQUEST = 1;
    private static final int ERROR = 2;
    private static final int CONTROL_FAMILY = 16;
    private static final byte GET_FAMILY = 3;
    private static final int FAMILY_ID = 1;
    private static final int FAMILY_NAME = 2;
    private static final byte GET_DEVICE = 1;
    private static final int INTERFACE_INDEX = 1;
    private static final int XDP_FEATURES = 3;
    private static final int ZERO_COPY_SEGMENTS = 4;
    private static final int METADATA_FEATURES = 5;
    private static final int SOCKET_FEATURES = 6;

    private static final int TYPE = 4;
    private static final int FLAGS = 6;
    private static final int COMMAND = 16;
    private static final int VERSION = 17;
    private static final int ATTRIBUTES = 20;
    private static final int ATTRIBUTE_HEADER = 4;
    private static final int MESSAGE_LENGTH = 8192;

    private final int socket;
    private final MemorySegment message;

    private NetdevQuery(int socket, MemorySegment message) {
        this.socket = socket;
        this.message = message;
    }

    /** Asks the kernel; returns null if it does not know the question. */
    static Answer ask(int interfaceIndex) {
        try (Arena arena = Arena.ofConfined()) {
            int socket = Libc.socket(AF_NETLINK, libc_h.SOCK_RAW() | libc_h.SOCK_CLOEXEC(), NETLINK_GENERIC);
            try {
                return new NetdevQuery(socket, arena.allocate(MESSAGE_LENGTH, Long.BYTES)).device(interfaceIndex);
            } finally {
                Libc.close(socket);
            }
        } catch (SystemCallException e) {
            LOG.debug("what the driver can do is not known: {}", e.getMessage());
            return null;
        }
    }

    private Answer device(int interfaceIndex) {
        byte[] name = "netdev\0".getBytes(StandardCharsets.US_ASCII);
        if (!exchange(CONTROL_FAMILY, GET_FAMILY, FAMILY_NAME, MemorySegment.ofArray(name))) {
            return null;
        }
        long family = find(FAMILY_ID);
        MemorySegment index = MemorySegment.ofArray(new int[] {interfaceIndex});
        if (family < 0 || !exchange(message.get(ValueLayout.JAVA_SHORT, family), GET_DEVICE, INTERFACE_INDEX, index)) {
            return null;
        }
        long segments = find(ZERO_COPY_SEGMENTS);
        return new Answer(
                mask(XDP_FEATURES),
                segments < 0 ? 0 : message.get(ValueLayout.JAVA_INT, segments),
                mask(METADATA_FEATURES),
                find(METADATA_FEATURES) >= 0,
                mask(SOCKET_FEATURES));
    }

    /** The value of an attribute, or 0 without it. */
    private long mask(int attribute) {
        long value = find(attribute);
        return value < 0 ? 0 : message.get(ValueLayout.JAVA_LONG_UNALIGNED, value);
    }

    /** Sends a request with one attribute and takes the answer in its place; returns whether it is no error. */
    private boolean exchange(int type, byte command, int attribute, MemorySegment value) {
        message.fill((byte) 0);
        int attributeLength = ATTRIBUTE_HEADER + (int) value.byteSize();
        int length = ATTRIBUTES + (attributeLength + 3 & ~3);
        message.set(ValueLayout.JAVA_INT, 0, length);
        message.set(ValueLayout.JAVA_SHORT, TYPE, (short) type);
        message.set(ValueLayout.JAVA_SHORT, FLAGS, (short) REQUEST);
        message.set(ValueLayout.JAVA_BYTE, COMMAND, command);
        message.set(ValueLayout.JAVA_BYTE, VERSION, (byte) 1);
        message.set(ValueLayout.JAVA_SHORT, ATTRIBUTES, (short) attributeLength);
        message.set(ValueLayout.JAVA_SHORT, ATTRIBUTES + 2, (short) attribute);
        MemorySegment.copy(value, 0, message, ATTRIBUTES + ATTRIBUTE_HEADER, value.byteSize());
        Libc.write(socket, message.asSlice(0, length));
        return Libc.read(socket, message) > ATTRIBUTES && message.get(ValueLayout.JAVA_SHORT, TYPE) != ERROR;
    }

    /** Where an attribute's value is in the answer, or -1. */
    private long find(int attribute) {
        int end = Math.min(message.get(ValueLayout.JAVA_INT, 0), MESSAGE_LENGTH);
        int at = ATTRIBUTES;
        while (at + ATTRIBUTE_HEADER <= end) {
            int length = Short.toUnsignedInt(message.get(ValueLayout.JAVA_SHORT, at));
            if (length < ATTRIBUTE_HEADER) {
                return -1;
            }
            if (message.get(ValueLayout.JAVA_SHORT, at + 2) == attribute) {
                return at + ATTRIBUTE_HEADER;
            }
            at += length + 3 & ~3;
        }
        return -1;
    }
}
