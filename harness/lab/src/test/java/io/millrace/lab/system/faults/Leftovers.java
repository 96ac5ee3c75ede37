package io.millrace.lab.system.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
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
 * @param interfaces  with flags, XDP programs and groups, as the kernel shows them
 * @param settings    of the interface, which ports may change
 * @param namespace   of the calling thread
 */
record Leftovers(
        Map<String, Long> descriptors,
        List<String> mappings,
        List<String> threads,
        String interfaces,
        List<String> settings,
        String namespace) {
    private static final Path PROCESS = Path.of("/proc/self");

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
                    run("ip", "-details", "link", "show") + run("ip", "maddr", "show", "dev", interfaceName),
                    settingsOf(interfaceName),
                    Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString());
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
        return Stream.of("napi_defer_hard_irqs", "gro_flush_timeout")
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

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.onExit().join();
        return output;
    }
}
