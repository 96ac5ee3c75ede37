package io.millrace.lab.net;

import io.millrace.bindings.Libc;
import io.millrace.bindings.libc.ethtool_gstrings;
import io.millrace.bindings.libc.ethtool_sset_info;
import io.millrace.bindings.libc.ethtool_stats;
import io.millrace.bindings.libc.libc_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Driver counters and offloads of one interface, through the ethtool ioctl. The network namespace is that of the
 * thread that opens it; any thread may use it, one at a time.
 */
public final class Ethtool implements AutoCloseable {
    /** linux/ethtool.h: receive and transmit switches, each a {@code struct ethtool_value}. */
    private static final int ETHTOOL_STXCSUM = 0x17;

    private static final int ETHTOOL_SGRO = 0x2c;
    private static final long IFREQ_LENGTH = 40;
    private static final long IFREQ_DATA = 16;

    private final String interfaceName;
    private final int socket;

    /**
     * Opens an interface of the calling thread's network namespace.
     *
     * @param interfaceName its name, or an alternative one
     * @throws IllegalArgumentException when there is no such interface
     */
    public Ethtool(String interfaceName) {
        this.interfaceName = LinkCounters.ownName(interfaceName);
        this.socket = Libc.socket(libc_h.AF_INET(), libc_h.SOCK_DGRAM() | libc_h.SOCK_CLOEXEC(), 0);
    }

    /** The driver's own counters by name, what {@code ethtool -S} prints; empty when it has none. */
    public Map<String, Long> statistics() {
        Map<String, Long> result = new LinkedHashMap<>();
        try (Arena arena = Arena.ofConfined()) {
            int count = statisticCount(arena);
            if (count == 0) {
                return result;
            }
            MemorySegment names = strings(arena, count);
            MemorySegment values = arena.allocate(ethtool_stats.sizeof() + (long) count * Long.BYTES, Long.BYTES);
            ethtool_stats.cmd(values, libc_h.ETHTOOL_GSTATS());
            ethtool_stats.n_stats(values, count);
            control(arena, values);
            for (int i = 0; i < count; i++) {
                result.put(
                        names.getString(ethtool_gstrings.sizeof() + (long) i * libc_h.ETH_GSTRING_LEN()),
                        values.get(ValueLayout.JAVA_LONG, ethtool_stats.sizeof() + (long) i * Long.BYTES));
            }
        }
        return result;
    }

    private int statisticCount(Arena arena) {
        MemorySegment info = arena.allocate(ethtool_sset_info.sizeof() + Integer.BYTES, Long.BYTES);
        ethtool_sset_info.cmd(info, libc_h.ETHTOOL_GSSET_INFO());
        ethtool_sset_info.sset_mask(info, 1L << libc_h.ETH_SS_STATS());
        control(arena, info);
        return ethtool_sset_info.sset_mask(info) == 0 ? 0 : info.get(ValueLayout.JAVA_INT, ethtool_sset_info.sizeof());
    }

    private MemorySegment strings(Arena arena, int count) {
        MemorySegment names =
                arena.allocate(ethtool_gstrings.sizeof() + (long) count * libc_h.ETH_GSTRING_LEN(), Long.BYTES);
        ethtool_gstrings.cmd(names, libc_h.ETHTOOL_GSTRINGS());
        ethtool_gstrings.string_set(names, libc_h.ETH_SS_STATS());
        ethtool_gstrings.len(names, count);
        control(arena, names);
        return names;
    }

    /** Whether the kernel may leave the checksums of sent frames to hardware, and so out of what a peer sees. */
    public void transmitChecksumOffload(boolean on) {
        set(ETHTOOL_STXCSUM, on);
    }

    /** Whether received frames are merged; on veth this also switches NAPI on, which XDP frames need to come in. */
    public void receiveOffload(boolean on) {
        set(ETHTOOL_SGRO, on);
    }

    private void set(int command, boolean on) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(2 * Integer.BYTES, Integer.BYTES);
            value.set(ValueLayout.JAVA_INT, 0, command);
            value.set(ValueLayout.JAVA_INT, Integer.BYTES, on ? 1 : 0);
            control(arena, value);
        }
    }

    private void control(Arena arena, MemorySegment data) {
        MemorySegment request = arena.allocate(IFREQ_LENGTH, Long.BYTES);
        request.setString(0, interfaceName);
        request.set(ValueLayout.ADDRESS, IFREQ_DATA, data);
        Libc.ioctl(socket, libc_h.SIOCETHTOOL(), request);
    }

    @Override
    public void close() {
        Libc.close(socket);
    }
}
