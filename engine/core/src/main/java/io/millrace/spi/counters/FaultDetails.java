package io.millrace.spi.counters;

import io.millrace.bindings.Errno;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Details of the last fault of a kind at a port.
 *
 * @param errno     the fault's errno, 0 if there was none
 * @param ipVersion 4 or 6, or 0 if no peer is known
 * @param ipv4      the peer's address, as {@link io.millrace.Endpoint} has it
 * @param port      the peer's port
 * @param way       the name of the port that frames were to leave by; "" if the fault has nothing to do with that
 */
public record FaultDetails(int errno, int ipVersion, int ipv4, long ipv6High, long ipv6Low, int port, String way) {
    /** Details of which nothing is known. */
    public static final FaultDetails NONE = new FaultDetails(0, 0, 0, 0, 0, 0, "");

    private static final int IPV6_LENGTH = 16;

    /** The error's name, {@code ECONNREFUSED} for instance; "" if there was none. */
    public String error() {
        return errno == 0 ? "" : Errno.name(errno);
    }

    /** The peer's address and port; "" if none is known. */
    public String peer() {
        if (ipVersion == 0) {
            return "";
        }
        byte[] bytes = ipVersion == 4
                ? ByteBuffer.allocate(Integer.BYTES).putInt(ipv4).array()
                : ByteBuffer.allocate(IPV6_LENGTH)
                        .putLong(ipv6High)
                        .putLong(ipv6Low)
                        .array();
        try {
            String text = new InetSocketAddress(InetAddress.getByAddress(bytes), port).toString();
            return text.substring(text.indexOf('/') + 1);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
