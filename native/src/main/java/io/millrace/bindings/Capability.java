package io.millrace.bindings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The privileges that AF_XDP needs, by their numbers in {@code linux/capability.h}. */
public enum Capability {
    CAP_NET_ADMIN(12),
    CAP_NET_RAW(13),
    CAP_IPC_LOCK(14),
    CAP_SYS_ADMIN(21),
    CAP_PERFMON(38),
    CAP_BPF(39);

    private static final Path STATUS = Path.of("/proc/thread-self/status");
    private static final String EFFECTIVE = "CapEff:";
    private static final int HEX = 16;

    private final int number;

    Capability(int number) {
        this.number = number;
    }

    /**
     * Returns whether the calling thread has the privilege. The kernel takes CAP_SYS_ADMIN for CAP_BPF and CAP_PERFMON,
     * too; this method does not.
     *
     * @throws UncheckedIOException if /proc can't be read
     */
    public boolean isHeld() {
        return (effective() >>> number & 1) != 0;
    }

    private static long effective() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(EFFECTIVE)) {
                    return Long.parseUnsignedLong(
                            line.substring(EFFECTIVE.length()).strip(), HEX);
                }
            }
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException("/proc can't be read (" + e.getMessage() + "); mount it", e);
        }
    }
}
