package io.millrace.lab.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Which ports have sockets, and what waits there, in the calling thread's network namespace: {@code /proc/net/udp},
 * {@code /proc/net/tcp}, {@code /proc/net/packet}.
 */
public final class LocalSockets {
    private static final Path FOLDER = Path.of("/proc/thread-self/net");
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    /** Bytes to send and bytes received that wait, with a colon between. */
    private static final int QUEUES = 4;
    /** The flag of a packet socket that is bound and whose interface is up. */
    private static final int RUNNING = 5;

    private static final int HEX = 16;
    /** TCP_LISTEN of the kernel's {@code tcp_states.h}. */
    private static final String LISTENING = "0A";

    private LocalSockets() {}

    /** Returns whether some UDP socket is bound to the port. */
    public static boolean isUdpBound(int port) throws IOException {
        return has("udp", port, false) || has("udp6", port, false);
    }

    /** Returns whether some TCP socket listens on the port. */
    public static boolean isTcpListening(int port) throws IOException {
        return has("tcp", port, true) || has("tcp6", port, true);
    }

    /** Returns whether there is a packet socket that receives. */
    public static boolean hasPacketSocket() throws IOException {
        return hasPacketSocket(lines("packet"));
    }

    static boolean hasPacketSocket(List<String> lines) {
        return lines.stream()
                .skip(1)
                .anyMatch(line -> line.strip().split("\\s+")[RUNNING].equals("1"));
    }

    /** Bytes of memory that received datagrams take up which the owners of sockets on the port have not taken yet. */
    public static long udpReceiveQueueBytes(int port) throws IOException {
        return receiveQueueBytes(lines("udp"), port) + receiveQueueBytes(lines("udp6"), port);
    }

    static long receiveQueueBytes(List<String> lines, int port) {
        return rows(lines, port)
                .mapToLong(columns -> Long.parseLong(columns[QUEUES].split(":")[1], HEX))
                .sum();
    }

    private static boolean has(String table, int port, boolean listening) throws IOException {
        return has(lines(table), port, listening);
    }

    static boolean has(List<String> lines, int port, boolean listening) {
        return rows(lines, port).anyMatch(columns -> !listening || columns[STATE].equals(LISTENING));
    }

    /** Returns no lines if the protocol is off. */
    private static List<String> lines(String table) throws IOException {
        Path file = FOLDER.resolve(table);
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static Stream<String[]> rows(List<String> lines, int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        return lines.stream()
                .skip(1)
                .map(line -> line.strip().split("\\s+"))
                .filter(columns -> columns[LOCAL_ADDRESS].endsWith(suffix));
    }
}
