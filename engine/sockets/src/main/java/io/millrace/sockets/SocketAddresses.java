package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.AF_INET;
import static io.millrace.bindings.libc.libc_h.AF_INET6;

import io.millrace.spi.EndpointView;
import io.millrace.spi.config.AddressText;
import io.millrace.spi.config.ScopedAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;

/**
 * Reads and writes addresses in the kernel's form, {@code struct sockaddr_in} and {@code sockaddr_in6}.
 *
 * <pre>
 *        0        2      4          8                       24      28
 *  IPv4 +--------+------+----------+-----------+
 *       | family | port | address  |     0     |
 *       +--------+------+----------+-----------+-----------+-------+
 *  IPv6 | family | port | flow     |        address        | scope |
 *       +--------+------+----------+-----------------------+-------+
 * </pre>
 */
final class SocketAddresses {
    /** The space for an address of either family in bytes, rounded up. */
    static final int SPACE = 32;

    private static final int IPV4_LENGTH = 16;
    private static final int IPV6_LENGTH = 28;
    private static final long PORT = 2;
    private static final long IPV4_ADDRESS = 4;
    private static final long IPV6_ADDRESS = 8;
    private static final long IPV6_SCOPE = 24;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfShort BIG_SHORT = SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfInt BIG_INT = INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong BIG_LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final VarHandle SCOPE = ValueLayout.JAVA_INT.varHandle();
    private static final short IPV4 = (short) AF_INET();
    private static final short IPV6 = (short) AF_INET6();

    private SocketAddresses() {}

    /** {@code AF_INET} or {@code AF_INET6}. */
    static int family(InetAddress address) {
        return address instanceof Inet4Address ? AF_INET() : AF_INET6();
    }

    /** The length of an address of that family in bytes. */
    static int length(int family) {
        return family == AF_INET() ? IPV4_LENGTH : IPV6_LENGTH;
    }

    /** Allocates and writes an address, in as many bytes as its family needs. */
    static MemorySegment allocate(Arena arena, InetSocketAddress address) {
        MemorySegment result = arena.allocate(length(family(address.getAddress())), Long.BYTES);
        write(result, 0, address);
        return result;
    }

    /** Writes an address; bytes between its fields stay as they are. */
    static void write(MemorySegment memory, long at, InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        memory.set(SHORT, at, (short) family(address.getAddress()));
        memory.set(BIG_SHORT, at + PORT, (short) address.getPort());
        boolean isIpv4 = bytes.length == Integer.BYTES;
        MemorySegment.copy(
                bytes, 0, memory, ValueLayout.JAVA_BYTE, at + (isIpv4 ? IPV4_ADDRESS : IPV6_ADDRESS), bytes.length);
        if (address.getAddress() instanceof Inet6Address ipv6) {
            memory.set(
                    INT,
                    at + IPV6_SCOPE,
                    address instanceof ScopedAddress scoped ? scoped.scopeId() : ipv6.getScopeId());
        }
    }

    /**
     * Changes the zone of an IPv6 address to another interface; a concurrent reader sees either the old or the new
     * zone.
     */
    static void changeScope(MemorySegment address, int index) {
        SCOPE.setRelease(address, IPV6_SCOPE, index);
    }

    /**
     * Writes an address that was read from a frame, without a scope. Returns the address's length, or 0 if there is
     * none.
     */
    static int write(MemorySegment memory, long at, EndpointView address) {
        memory.set(BIG_SHORT, at + PORT, (short) address.port());
        switch (address.ipVersion()) {
            case 4 -> {
                memory.set(SHORT, at, IPV4);
                memory.set(BIG_INT, at + IPV4_ADDRESS, address.ipv4());
                return IPV4_LENGTH;
            }
            case 6 -> {
                memory.set(SHORT, at, IPV6);
                memory.set(INT, at + IPV4_ADDRESS, 0);
                memory.set(BIG_LONG, at + IPV6_ADDRESS, address.ipv6High());
                memory.set(BIG_LONG, at + IPV6_ADDRESS + Long.BYTES, address.ipv6Low());
                memory.set(INT, at + IPV6_SCOPE, 0);
                return IPV6_LENGTH;
            }
            default -> {
                return 0;
            }
        }
    }

    /** Reads an address into a view. */
    static void read(MemorySegment memory, long at, EndpointView into) {
        short family = memory.get(SHORT, at);
        int port = memory.get(BIG_SHORT, at + PORT) & 0xffff;
        if (family == IPV4) {
            into.setIpv4(memory.get(BIG_INT, at + IPV4_ADDRESS), port);
        } else if (family == IPV6) {
            into.setIpv6(
                    memory.get(BIG_LONG, at + IPV6_ADDRESS),
                    memory.get(BIG_LONG, at + IPV6_ADDRESS + Long.BYTES),
                    port);
        } else {
            into.clear();
        }
    }

    /** Returns whether two addresses are the same, ignoring scopes. */
    static boolean same(MemorySegment memory, long at, MemorySegment other, long otherAt) {
        if (memory.get(INT, at) != other.get(INT, otherAt)) { // family and port
            return false;
        }
        if (memory.get(SHORT, at) == IPV4) {
            return memory.get(INT, at + IPV4_ADDRESS) == other.get(INT, otherAt + IPV4_ADDRESS);
        }
        return memory.get(BIG_LONG, at + IPV6_ADDRESS) == other.get(BIG_LONG, otherAt + IPV6_ADDRESS)
                && memory.get(BIG_LONG, at + IPV6_ADDRESS + Long.BYTES)
                        == other.get(BIG_LONG, otherAt + IPV6_ADDRESS + Long.BYTES);
    }

    /** Cold. */
    static InetSocketAddress toObject(MemorySegment memory) {
        EndpointView view = new EndpointView();
        read(memory, 0, view);
        return view.toSocketAddress();
    }

    /** Writes an address as people do: {@code 127.0.0.1:9000}, {@code [::1]:9000}. */
    static String text(InetSocketAddress address) {
        String host = AddressText.write(address.getAddress());
        return (address.getAddress() instanceof Inet4Address ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
