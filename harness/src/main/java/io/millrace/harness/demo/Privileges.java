package io.millrace.harness.demo;

import io.millrace.engine.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether this process may make network namespaces and open AF_XDP ports. Root in a container often may not. */
final class Privileges {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String EFFECTIVE = "CapEff:";
    private static final int HEX = 16;
    /** Numbers of linux/capability.h. */
    private static final Map<String, Integer> NEEDED = new LinkedHashMap<>();

    static {
        NEEDED.put("CAP_NET_ADMIN", 12);
        NEEDED.put("CAP_NET_RAW", 13);
        NEEDED.put("CAP_SYS_ADMIN", 21);
    }

    private Privileges() {
    }

    /**
     * Checks before anything is made.
     *
     * @param command what to type after sudo
     * @throws HostException naming what is missing and what to type
     */
    static void require(String command) {
        List<String> missing = missing();
        if (!missing.isEmpty()) {
            String remedy = isRoot()
                ? "this root lacks " + String.join(", ", missing) + " (a container?), run it on the host or privileged"
                : "type: sudo " + command;
            throw new HostException("demo can't make network namespaces and attach XDP programs without root; "
                + remedy);
        }
    }

    /** Says what the missing ones would add; null if none is missing. */
    static String whatTheyAdd(String command) {
        List<String> missing = missing();
        if (missing.isEmpty()) {
            return null;
        }
        return isRoot()
            ? "This root lacks " + String.join(", ", missing) + ", which AF_XDP needs, frames past the kernel's stack."
                + " This is UDP."
            : "Without root: UDP. Root adds AF_XDP, frames past the kernel's stack: sudo " + command;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** The names of the capabilities that this process lacks. */
    static List<String> missing() {
        long effective = effective();
        List<String> missing = new ArrayList<>();
        NEEDED.forEach((name, bit) -> {
            if ((effective >>> bit & 1) == 0) {
                missing.add(name);
            }
        });
        return missing;
    }

    private static long effective() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(EFFECTIVE)) {
                    return Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), HEX);
                }
            }
            return 0;
        } catch (IOException e) {
            throw new HostException("/proc can't be read (" + e.getMessage() + "); mount it", e);
        }
    }
}
