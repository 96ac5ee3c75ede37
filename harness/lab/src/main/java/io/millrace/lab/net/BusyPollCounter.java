package io.millrace.lab.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code BusyPollRxPackets} of {@code /proc/net/netstat}: what drivers received when a thread busy polled. */
public final class BusyPollCounter {
    private static final Path FILE = Path.of("/proc/thread-self/net/netstat");

    private BusyPollCounter() {}

    /** Frames so far, of the calling thread's network namespace. */
    public static long read() {
        try {
            return CounterTable.of(FILE, Files.readAllLines(FILE), "TcpExt").value("BusyPollRxPackets");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
