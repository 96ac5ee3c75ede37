package io.millrace.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails each test class that ends with an io_uring still open in this JVM, since it is that of an engine that nobody
 * closed, or that let go of less than it had opened. JUnit finds the extension by itself and applies it to every class.
 */
public final class NoRingsLeft implements AfterAllCallback {
    /** A poller that a stage held up beyond the end of its engine closes the ring when it gets on. */
    private static final long PATIENCE_NS = 5_000_000_000L;

    private static final long LOOK_NS = 10_000_000;

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NS;
        List<String> rings = openRings();
        while (!rings.isEmpty() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOOK_NS);
            rings = openRings();
        }
        if (!rings.isEmpty()) {
            throw new AssertionError(context.getDisplayName() + " ended with open rings: " + rings);
        }
    }

    /** Returns the descriptors of this process, by their names in {@code /proc}, that are rings. */
    public static List<String> openRings() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(NoRingsLeft::isRing).map(Path::toString).toList();
        }
    }

    private static boolean isRing(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("io_uring");
        } catch (IOException e) {
            return false; // it has been closed meanwhile, as the descriptor of the folder itself is
        }
    }
}
