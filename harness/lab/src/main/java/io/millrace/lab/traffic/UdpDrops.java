package io.millrace.lab.traffic;

import io.millrace.HostException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Datagrams that the kernel dropped at a UDP socket: the last column of {@code /proc/net/udp} and {@code udp6}. */
final class UdpDrops {
    private static final Path IPV4 = Path.of("/proc/thread-self/net/udp");
    private static final Path IPV6 = Path.of("/proc/thread-self/net/udp6");
    private static final int LOCAL_COLUMN = 1;

    private UdpDrops() {}

    /**
     * Reads the count of the socket with this address, in the calling thread's network namespace.
     *
     * @throws HostException if there is no such socket, or no {@code /proc}
     */
    static long of(InetSocketAddress local) {
        Path file = local.getAddress() instanceof Inet4Address ? IPV4 : IPV6;
        try {
            String address = text(local);
            for (String line : Files.readAllLines(file)) {
                String[] columns = line.strip().split("\\s+");
                if (columns[LOCAL_COLUMN].equals(address)) {
                    return Long.parseLong(columns[columns.length - 1]);
                }
            }
            throw new HostException(
                    file + " has no socket " + local + "; look while it is open, in its network namespace");
        } catch (IOException e) {
            throw new HostException(file + " can't be read (" + e.getMessage() + "); mount /proc", e);
        }
    }

    /** The kernel writes the address as words of the host's byte order. */
    static String text(InetSocketAddress local) {
        ByteBuffer address = ByteBuffer.wrap(local.getAddress().getAddress()).order(ByteOrder.nativeOrder());
        StringBuilder text = new StringBuilder();
        while (address.hasRemaining()) {
            text.append(String.format(Locale.ROOT, "%08X", address.getInt()));
        }
        return text.append(String.format(Locale.ROOT, ":%04X", local.getPort())).toString();
    }
}
