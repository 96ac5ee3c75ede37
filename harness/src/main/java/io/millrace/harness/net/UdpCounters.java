package io.millrace.harness.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What the kernel counts for UDP over IPv4 in one network namespace: the {@code Udp:} lines of {@code /proc/net/snmp}.
 *
 * @param received      datagrams that a socket's owner has taken; merged ones count once
 * @param noPort        datagrams for a port that nobody had
 * @param errors        datagrams that did not come to their socket's owner, {@code bufferErrors} included
 * @param bufferErrors  datagrams that their socket's receive buffer had no room for; merged ones count once
 * @param sendErrors    datagrams that could not be sent for want of memory
 */
public record UdpCounters(long received, long noPort, long errors, long bufferErrors, long sendErrors) {
    private static final Path FILE = Path.of("/proc/thread-self/net/snmp");

    /** Reads those of the calling thread's network namespace. */
    public static UdpCounters read() throws IOException {
        return parse(Files.readAllLines(FILE));
    }

    static UdpCounters parse(List<String> lines) {
        List<String[]> udp = lines.stream().filter(line -> line.startsWith("Udp:")).map(line -> line.split(" "))
            .toList();
        if (udp.size() != 2) {
            throw new IllegalStateException(FILE + " has " + udp.size() + " lines of Udp, not a head and its values");
        }
        return new UdpCounters(value(udp, "InDatagrams"), value(udp, "NoPorts"), value(udp, "InErrors"),
            value(udp, "RcvbufErrors"), value(udp, "SndbufErrors"));
    }

    private static long value(List<String[]> udp, String name) {
        int column = Arrays.asList(udp.getFirst()).indexOf(name);
        if (column < 0) {
            throw new IllegalStateException(FILE + " does not count " + name);
        }
        return Long.parseLong(udp.getLast()[column]);
    }

    /** What was counted since then. */
    public UdpCounters since(UdpCounters before) {
        return new UdpCounters(received - before.received, noPort - before.noPort, errors - before.errors,
            bufferErrors - before.bufferErrors, sendErrors - before.sendErrors);
    }
}
