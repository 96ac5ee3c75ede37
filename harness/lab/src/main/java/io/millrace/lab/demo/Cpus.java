package io.millrace.lab.demo;

import io.millrace.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The CPUs that this process may use, which taskset and cgroups restrict. */
final class Cpus {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String ALLOWED = "Cpus_allowed_list:";

    private Cpus() {}

    /** The numbers of the CPUs, ascending. */
    static List<Integer> allowed() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(ALLOWED)) {
                    return parse(line.substring(ALLOWED.length()).strip());
                }
            }
            throw new HostException(STATUS + " has no line " + ALLOWED + " this is not Linux; run it there");
        } catch (IOException e) {
            throw new HostException("/proc can't be read (" + e.getMessage() + "); mount it", e);
        }
    }

    /** Reads {@code 0-3,6}. */
    static List<Integer> parse(String list) {
        List<Integer> cpus = new ArrayList<>();
        for (String range : list.split(",")) {
            String[] ends = range.split("-");
            int last = Integer.parseInt(ends[ends.length - 1]);
            for (int cpu = Integer.parseInt(ends[0]); cpu <= last; cpu++) {
                cpus.add(cpu);
            }
        }
        return cpus;
    }
}
