package io.millrace.afxdp;

import static io.millrace.bindings.libc.libc_h.AF_INET;
import static io.millrace.bindings.libc.libc_h.ENODEV;
import static io.millrace.bindings.libc.libc_h.ENXIO;
import static io.millrace.bindings.libc.libc_h.ETHTOOL_GCHANNELS;
import static io.millrace.bindings.libc.libc_h.ETHTOOL_GDRVINFO;
import static io.millrace.bindings.libc.libc_h.IFF_UP;
import static io.millrace.bindings.libc.libc_h.SIOCETHTOOL;
import static io.millrace.bindings.libc.libc_h.SIOCGIFFLAGS;
import static io.millrace.bindings.libc.libc_h.SIOCGIFHWADDR;
import static io.millrace.bindings.libc.libc_h.SIOCGIFMTU;
import static io.millrace.bindings.libc.libc_h.SOCK_CLOEXEC;
import static io.millrace.bindings.libc.libc_h.SOCK_DGRAM;

import io.millrace.HostException;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.libc.ethtool_channels;
import io.millrace.bindings.libc.ethtool_drvinfo;
import io.millrace.bindings.libc.ifreq;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.UnaryOperator;

/**
 * A network interface, as seen by ioctl(2), which looks into the network namespace of the calling thread, whereas sysfs
 * shows the namespace that it was mounted in. Values that are not record components are asked for at each call, by the
 * interface's name.
 *
 * @param name     the interface's own name
 * @param index    the kernel's number of the interface
 * @param rxQueues how many RX queues are in use
 * @param up       whether the interface is switched on
 */
record NetDevice(String name, int index, int rxQueues, boolean up) {
    private static final int NAME_SIZE = 16;
    private static final int MAC_LENGTH = 6;

    /**
     * Finds an interface by its own name or by an alternative one.
     *
     * @throws HostException if there is no interface of this name
     */
    static NetDevice find(String wanted) {
        int index;
        String name;
        try {
            index = Libc.ifNameToIndex(wanted);
            name = Libc.ifIndexToName(index);
        } catch (SystemCallException e) {
            if (e.errno() != ENODEV() && e.errno() != ENXIO()) { // the interface may go between the two calls
                throw HostException.dueTo(
                        "interface",
                        "interface " + wanted + " can't be looked for (" + e.getMessage()
                                + "); names of more than 15 characters need AF_NETLINK in RestrictAddressFamilies",
                        e);
            }
            throw HostException.dueTo(
                    "interface",
                    "interface " + wanted + " does not exist in this network namespace;"
                            + " `ip link` lists those that do",
                    e);
        }
        try (Arena arena = Arena.ofConfined()) {
            int socket = Libc.socket(AF_INET(), SOCK_DGRAM() | SOCK_CLOEXEC(), 0);
            try {
                return new NetDevice(name, index, rxQueues(arena, socket, name), up(arena, socket, name));
            } finally {
                Libc.close(socket);
            }
        }
    }

    private static int rxQueues(Arena arena, int socket, String name) {
        MemorySegment channels = ethtool_channels.allocate(arena);
        ethtool_channels.cmd(channels, ETHTOOL_GCHANNELS());
        MemorySegment request = request(arena, name);
        request.set(ValueLayout.ADDRESS, NAME_SIZE, channels);
        try {
            Libc.ioctl(socket, SIOCETHTOOL(), request);
        } catch (SystemCallException e) {
            return 1; // a driver without channels has one queue
        }
        return Math.max(1, ethtool_channels.combined_count(channels) + ethtool_channels.rx_count(channels));
    }

    private static boolean up(Arena arena, int socket, String name) {
        MemorySegment request = request(arena, name);
        Libc.ioctl(socket, SIOCGIFFLAGS(), request);
        return (request.get(ValueLayout.JAVA_SHORT, NAME_SIZE) & IFF_UP()) != 0;
    }

    /** The name of its driver; "" if it has none. */
    String driver() {
        return driverInfo(ethtool_drvinfo::driver);
    }

    /** Its address on a bus; "" or a word if it is on none. */
    String bus() {
        return driverInfo(ethtool_drvinfo::bus_info);
    }

    private String driverInfo(UnaryOperator<MemorySegment> field) {
        int socket = Libc.socket(AF_INET(), SOCK_DGRAM() | SOCK_CLOEXEC(), 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = ethtool_drvinfo.allocate(arena);
            ethtool_drvinfo.cmd(info, ETHTOOL_GDRVINFO());
            MemorySegment request = request(arena, name);
            request.set(ValueLayout.ADDRESS, NAME_SIZE, info);
            Libc.ioctl(socket, SIOCETHTOOL(), request);
            return field.apply(info).getString(0);
        } catch (SystemCallException e) {
            return "";
        } finally {
            Libc.close(socket);
        }
    }

    /** Its MAC address, six bytes. */
    byte[] mac() {
        try (Arena arena = Arena.ofConfined()) {
            return hardwareAddress(arena).asSlice(Short.BYTES, MAC_LENGTH).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** The type of its link layer, one of the numbers ARPHRD_… of linux/if_arp.h. */
    int hardwareType() {
        try (Arena arena = Arena.ofConfined()) {
            return Short.toUnsignedInt(hardwareAddress(arena).get(ValueLayout.JAVA_SHORT, 0));
        }
    }

    /** Its hardware address, as a {@code struct sockaddr}. */
    private MemorySegment hardwareAddress(Arena arena) {
        int socket = Libc.socket(AF_INET(), SOCK_DGRAM() | SOCK_CLOEXEC(), 0);
        try {
            MemorySegment request = request(arena, name);
            Libc.ioctl(socket, SIOCGIFHWADDR(), request);
            return request.asSlice(NAME_SIZE);
        } finally {
            Libc.close(socket);
        }
    }

    /** Its MTU in bytes. */
    int mtu() {
        int socket = Libc.socket(AF_INET(), SOCK_DGRAM() | SOCK_CLOEXEC(), 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name);
            Libc.ioctl(socket, SIOCGIFMTU(), request);
            return request.get(ValueLayout.JAVA_INT, NAME_SIZE);
        } finally {
            Libc.close(socket);
        }
    }

    private static MemorySegment request(Arena arena, String name) {
        MemorySegment request = ifreq.allocate(arena);
        request.setString(0, name);
        return request;
    }
}
