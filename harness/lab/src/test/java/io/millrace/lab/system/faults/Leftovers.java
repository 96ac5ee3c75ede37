package io.millrace.lab.system.faults;

import io.millrace.bindings.Errno;
import io.millrace.bindings.Libc;
import io.millrace.bindings.bpf.bpf_h;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an engine might leave in its process and its network namespace.
 *
 * @param descriptors how many there are of each kind
 * @param mappings    those of sockets, rings and BPF maps
 * @param threads     those of engines
 * @param program     the ID of the interface's XDP program
 * @param groups      that interfaces receive, and how often each was joined
 * @param settings    of the interface, which ports may change
 * @param namespace   of the calling thread
 */
record Leftovers(
        Map<String, Long> descriptors,
        List<String> mappings,
        List<String> threads,
        int program,
        List<String> groups,
        List<String> settings,
        String namespace) {
    private static final Path PROCESS = Path.of("/proc/self");
    private static final Path THREAD = Path.of("/proc/thread-self");

    static Leftovers now(String interfaceName) {
        try {
            return new Leftovers(
                    openDescriptors(),
                    Files.readAllLines(PROCESS.resolve("maps")).stream()
                            .filter(line -> line.matches(".* (socket|anon_inode):.*"))
                            .map(line -> line.replaceAll("^\\S+|\\[\\d+]", ""))
                            .sorted()
                            .toList(),
                    Thread.getAllStackTraces().keySet().stream()
                            .map(Thread::getName)
                            .filter(name -> name.startsWith("mr-"))
                            .sorted()
                            .toList(),
                    programOf(interfaceName),
                    Files.readAllLines(THREAD.resolve("net/dev_mcast")),
                    settingsOf(interfaceName),
                    Files.readSymbolicLink(THREAD.resolve("ns/net")).toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is other than before, as text. */
    String differences(Leftovers before) {
        StringBuilder text = new StringBuilder();
        for (RecordComponent part : getClass().getRecordComponents()) {
            try {
                Object now = part.getAccessor().invoke(this);
                Object then = part.getAccessor().invoke(before);
                if (!now.equals(then)) {
                    text.append(part.getName() + ": " + missing(then, now) + " -> " + missing(now, then) + " ");
                }
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }
        return text.toString().replaceAll("\\R", " ");
    }

    /** What one part has that the other has not. */
    private static Object missing(Object part, Object other) {
        return part instanceof Map<?, ?> map
                ? map.entrySet().stream()
                        .filter(entry -> !((Map<?, ?>) other).entrySet().contains(entry))
                        .toList()
                : part;
    }

    private static Map<String, Long> openDescriptors() throws IOException {
        try (Stream<Path> open = Files.list(PROCESS.resolve("fd"))) {
            return open.map(Leftovers::target)
                    .filter(target -> !target.startsWith("/proc/"))
                    .collect(Collectors.groupingBy(
                            target -> target.replaceAll("\\[\\d+]", ""), TreeMap::new, Collectors.counting()));
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) { // the one that lists them
            return "/proc/";
        }
    }

    /**
     * By a sysfs of the namespace's own, which the process is started with. A note of the journal may stay, since the
     * next engine takes it out; values that it should have put back may not.
     */
    private static List<String> settingsOf(String interfaceName) {
        Path device = Path.of("/sys/class/net", interfaceName);
        return Stream.of("flags", "napi_defer_hard_irqs", "gro_flush_timeout")
                .map(device::resolve)
                .map(Leftovers::text)
                .toList();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int programOf(String interfaceName) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment id = arena.allocate(ValueLayout.JAVA_INT);
            int result = bpf_h.bpf_xdp_query_id(Libc.ifNameToIndex(interfaceName), 0, id);
            if (result != 0) {
                throw new IllegalStateException(
                        "the kernel does not tell the program of " + interfaceName + ": " + Errno.describe(-result));
            }
            return id.get(ValueLayout.JAVA_INT, 0);
        }
    }
}
