package io.millrace.lab.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What this process has open. */
final class Descriptors {
    private static final Path OPEN = Path.of("/proc/self/fd");

    private Descriptors() {}

    /** Sockets, pipes, rings and BPF objects: what an engine opens, and nothing of the JVM's own. */
    static long count() {
        try (Stream<Path> descriptors = Files.list(OPEN)) {
            return descriptors.filter(fd -> isEngines(target(fd))).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same by kind. */
    static Map<String, Long> byKind() {
        try (Stream<Path> descriptors = Files.list(OPEN)) {
            return descriptors
                    .map(Descriptors::target)
                    .filter(Descriptors::isEngines)
                    .collect(
                            Collectors.groupingBy(target -> target.replaceAll(":\\[\\d+]", ""), Collectors.counting()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often a file is open. */
    static long of(Path file) {
        try (Stream<Path> descriptors = Files.list(OPEN)) {
            return descriptors.filter(fd -> target(fd).equals(file.toString())).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isEngines(String target) {
        return target.startsWith("socket:")
                || target.startsWith("pipe:")
                || target.contains("[io_uring]")
                || target.startsWith("anon_inode:bpf");
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) { // the one that lists them
            return "";
        }
    }
}
