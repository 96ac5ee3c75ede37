package io.millrace.lab.bench;

import io.millrace.HostException;
import io.millrace.lab.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The machine, and the versions of everything that took part; without them figures mean little. */
public final class HostFacts {
    private static final List<String> PACKAGES =
            List.of("gcc", "libc6", "libxdp-dev", "libbpf-dev", "liburing-dev", "dpdk", "golang-go");
    private static final double GIB = 1 << 20; // of kibibytes

    private HostFacts() {}

    /**
     * Returns all facts in the order to be shown; what can't be found out is left out.
     *
     * @param millrace this build's version
     * @param leftOut  the contenders that can't take part, and why, a line each
     */
    public static Map<String, String> read(String millrace, List<String> leftOut) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("Millrace", millrace);
        put(metadata, "CPU", line("/proc/cpuinfo", "model name"));
        metadata.put("CPUs", Integer.toString(Runtime.getRuntime().availableProcessors()));
        put(metadata, "frequency governor", text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"));
        String memory = line("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
        if (!memory.isEmpty()) {
            metadata.put("memory", String.format(Locale.ROOT, "%.1f GiB", Long.parseLong(memory) / GIB));
        }
        // Huge pages, which the engine's UMEM uses; those of the C peer and of DPDK do not.
        put(metadata, "free huge pages of 2 MiB", text("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages"));
        if (line("/proc/cpuinfo", "flags").contains(" hypervisor")) {
            metadata.put("virtual", "yes, a guest: its CPUs may be taken away at any time");
        }
        metadata.put("kernel", System.getProperty("os.version"));
        put(metadata, "system", line("/etc/os-release", "PRETTY_NAME").replace("\"", ""));
        metadata.put("JDK", System.getProperty("java.vendor") + " " + Runtime.version());
        put(metadata, "packages", packages());
        put(metadata, "not here", String.join("; ", leftOut));
        return metadata;
    }

    private static void put(Map<String, String> metadata, String name, String value) {
        if (!value.isEmpty()) {
            metadata.put(name, value);
        }
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static String line(String file, String name) {
        return text(file)
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.replaceFirst("^[^:=]*[:=]", ""))
                .map(String::strip)
                .findFirst()
                .orElse("");
    }

    private static String packages() {
        List<String> command = new ArrayList<>(List.of("dpkg-query", "-W", "-f", "${Package} ${Version}\\n"));
        command.addAll(PACKAGES);
        try {
            return Program.of(command)
                    .runApart()
                    .out()
                    .lines()
                    .filter(line -> line.strip().contains(" "))
                    .collect(Collectors.joining(", "));
        } catch (HostException e) {
            return ""; // not a Debian system
        }
    }
}
