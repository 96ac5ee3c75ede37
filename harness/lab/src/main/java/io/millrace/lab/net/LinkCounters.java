package io.millrace.lab.net;

import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel counts for one interface: a line of {@code /proc/net/dev}. */
public record LinkCounters(
        long rxBytes,
        long rxPackets,
        long rxErrors,
        long rxDropped,
        long txBytes,
        long txPackets,
        long txErrors,
        long txDropped) {
    private static final Path FILE = Path.of("/proc/thread-self/net/dev");
    private static final int TX_COLUMN = 8;

    /**
     * Reads an interface of the calling thread's network namespace.
     *
     * @param interfaceName its name, or an alternative one
     * @throws IllegalArgumentException when it has no such interface
     */
    public static LinkCounters read(String interfaceName) throws IOException {
        String ownName = ownName(interfaceName);
        for (String line : Files.readAllLines(FILE)) {
            int colon = line.indexOf(':');
            if (colon >= 0 && line.substring(0, colon).strip().equals(ownName)) {
                return parse(line.substring(colon + 1).strip().split("\\s+"));
            }
        }
        throw notThere(interfaceName, null);
    }

    /** What an interface is called itself, which is short enough for the kernel's older questions. */
    static String ownName(String interfaceName) {
        try {
            return Libc.ifIndexToName(Libc.ifNameToIndex(interfaceName));
        } catch (SystemCallException e) {
            throw notThere(interfaceName, e);
        }
    }

    private static IllegalArgumentException notThere(String interfaceName, SystemCallException cause) {
        return new IllegalArgumentException(
                "interface " + interfaceName + " is not there; ip link lists those that are", cause);
    }

    private static LinkCounters parse(String[] columns) {
        long[] values = new long[columns.length];
        for (int i = 0; i < columns.length; i++) {
            values[i] = Long.parseLong(columns[i]);
        }
        return new LinkCounters(
                values[0],
                values[1],
                values[2],
                values[3],
                values[TX_COLUMN],
                values[TX_COLUMN + 1],
                values[TX_COLUMN + 2],
                values[TX_COLUMN + 3]);
    }

    /** What was counted since then. */
    public LinkCounters since(LinkCounters before) {
        return new LinkCounters(
                rxBytes - before.rxBytes,
                rxPackets - before.rxPackets,
                rxErrors - before.rxErrors,
                rxDropped - before.rxDropped,
                txBytes - before.txBytes,
                txPackets - before.txPackets,
                txErrors - before.txErrors,
                txDropped - before.txDropped);
    }
}
