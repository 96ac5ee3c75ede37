package io.millrace.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads how much memory a process has. */
final class ResidentMemory {
    private static final String LINE = "VmRSS:";
    private static final long KIB = 1 << 10;

    private ResidentMemory() {}

    /** Returns the resident bytes, including shared ones; 0 if the process has ended. */
    static long ofProcess(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith(LINE))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
