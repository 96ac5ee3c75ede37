package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Huge pages of 2 MiB that the host puts aside for a test, until it is closed. */
public final class ReservedHugePages implements AutoCloseable {
    private static final Path RESERVE = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB");
    private static final Path COUNT = RESERVE.resolve("nr_hugepages");
    private static final Path FREE = RESERVE.resolve("free_hugepages");
    /** Counted in both: pages that are in use and go as soon as they are not. */
    private static final Path SURPLUS = RESERVE.resolve("surplus_hugepages");

    private static final int RETRIES = 30;
    private static final int PAUSE_MS = 100;

    private final long before;

    private ReservedHugePages(long before) {
        this.before = before;
    }

    /** Fails, and says so, when the host does not give them. */
    public static ReservedHugePages more(int pages) {
        ReservedHugePages reserved = new ReservedHugePages(reserved());
        try {
            writeFree(pages);
            for (int again = 0; again < RETRIES && read(FREE) < pages; again++) {
                Thread.sleep(PAUSE_MS);
                writeFree(pages); // the kernel moves memory out of the way while it looks for some
            }
            assertTrue(
                    read(FREE) >= pages,
                    () -> "the host gives no " + pages + " huge pages of 2 MiB (" + COUNT + "), " + read(FREE)
                            + " are free");
            return reserved;
        } catch (UncheckedIOException | AssertionError e) {
            reserved.close();
            throw e;
        } catch (InterruptedException e) {
            reserved.close();
            throw new AssertionError(e);
        }
    }

    /**
     * Without the surplus. A UMEM gives its pages back some time after its socket has gone; those that go between two
     * looks would be reserved for ever by {@link #close}.
     */
    private static long reserved() {
        long surplus;
        long count;
        do {
            surplus = read(SURPLUS);
            count = read(COUNT);
        } while (read(SURPLUS) != surplus);
        return count - surplus;
    }

    /** So many beside those in use, which may be surplus: other processes reserve and give back as well. */
    private static void writeFree(int pages) {
        write(read(COUNT) - read(FREE) + pages);
    }

    private static long read(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(long pages) {
        try {
            Files.writeString(COUNT, Long.toString(pages));
        } catch (IOException e) {
            throw new UncheckedIOException("the host does not let huge pages be reserved", e);
        }
    }

    /** Those in use stay until they are unmapped. */
    @Override
    public void close() {
        write(before);
    }
}
