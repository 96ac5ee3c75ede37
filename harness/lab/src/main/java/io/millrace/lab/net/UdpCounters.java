package io.millrace.lab.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        CounterTable udp = CounterTable.of(FILE, lines, "Udp");
        return new UdpCounters(
                udp.value("InDatagrams"),
                udp.value("NoPorts"),
                udp.value("InErrors"),
                udp.value("RcvbufErrors"),
                udp.value("SndbufErrors"));
    }

    /** What was counted since then. */
    public UdpCounters since(UdpCounters before) {
        return new UdpCounters(
                received - before.received,
                noPort - before.noPort,
                errors - before.errors,
                bufferErrors - before.bufferErrors,
                sendErrors - before.sendErrors);
    }
}
