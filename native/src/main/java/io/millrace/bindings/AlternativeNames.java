package io.millrace.bindings;

import static io.millrace.bindings.libc.libc_h.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Finds network interfaces by names that are too long for if_nametoindex(3): an interface's own name has at most 15
 * bytes, an alternative one 127. Asks rtnetlink(7):
 *
 * <pre>
 *   request  0 length, 4 type (2 bytes), 6 flags (2 bytes), 8 sequence number, 12 port id, 16 family … 32
 *            32 attribute's length (2 bytes), 34 attribute's type (2 bytes), 36 the name, which ends with a zero
 *   answer   0 length, 4 type (2 bytes), … 16 an errno negated if the type is an error, else 20 the interface's index
 * </pre>
 */
final class AlternativeNames {
    /** {@code IFNAMSIZ} and {@code ALTIFNAMSIZ} of linux/if.h, less the closing zero. */
    static final int LONGEST_OWN_NAME = 15;

    private static final int LONGEST_NAME = 127;

    private static final int AF_NETLINK = 16;
    private static final int NETLINK_ROUTE = 0;
    private static final short NLMSG_ERROR = 2;
    private static final short RTM_GETLINK = 18;
    private static final short NLM_F_REQUEST = 1;
    private static final short IFLA_ALT_IFNAME = 53;

    private static final int TYPE = 4;
    private static final int FLAGS = 6;
    private static final int ERROR = 16;
    private static final int INDEX = 20;
    private static final int ATTRIBUTE = 32;
    private static final int ATTRIBUTE_TYPE = 34;
    private static final int NAME = 36;
    private static final int ALIGNMENT = 4;
    /** The index comes first; what finds no room of the rest is cut off. */
    private static final int ANSWER_LENGTH = 4096;

    private AlternativeNames() {}

    /**
     * The index of an interface of the calling thread's network namespace.
     *
     * @param name ends with a zero
     * @param call what the exception says has failed
     */
    static int index(MemorySegment name, String call) {
        if (name.byteSize() > LONGEST_NAME + 1) {
            throw new SystemCallException(call, ENODEV());
        }
        int socket = Libc.socket(AF_NETLINK, SOCK_RAW() | SOCK_CLOEXEC(), NETLINK_ROUTE);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(ANSWER_LENGTH, Long.BYTES);
            Libc.write(socket, message.asSlice(0, writeRequest(message, name)));
            Libc.read(socket, message);
            if (message.get(ValueLayout.JAVA_SHORT, TYPE) == NLMSG_ERROR) {
                throw new SystemCallException(call, -message.get(ValueLayout.JAVA_INT, ERROR));
            }
            return message.get(ValueLayout.JAVA_INT, INDEX);
        } finally {
            Libc.close(socket);
        }
    }

    private static int writeRequest(MemorySegment message, MemorySegment name) {
        int nameLength = (int) name.byteSize();
        int length = NAME + (nameLength + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        message.set(ValueLayout.JAVA_INT, 0, length);
        message.set(ValueLayout.JAVA_SHORT, TYPE, RTM_GETLINK);
        message.set(ValueLayout.JAVA_SHORT, FLAGS, NLM_F_REQUEST);
        message.set(ValueLayout.JAVA_SHORT, ATTRIBUTE, (short) (NAME - ATTRIBUTE + nameLength));
        message.set(ValueLayout.JAVA_SHORT, ATTRIBUTE_TYPE, IFLA_ALT_IFNAME);
        MemorySegment.copy(name, 0, message, NAME, nameLength);
        return length;
    }
}
