package io.millrace.lab.vm.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Huge pages of 2 MiB that the machine puts aside while something runs, and at no other time. */
final class HugePages {
    private static final Path COUNT = Path.of("/proc/sys/vm/nr_hugepages");

    private HugePages() {}

    /** Runs a task with so many put aside. The kernel may find fewer; an engine that wants them says so then. */
    static void with(int pages, Runnable task) throws IOException {
        Files.writeString(COUNT, String.valueOf(pages));
        try {
            task.run();
        } finally {
            Files.writeString(COUNT, "0");
        }
    }
}
