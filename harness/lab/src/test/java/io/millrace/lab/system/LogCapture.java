package io.millrace.lab.system;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What is logged while it is open: the log goes to {@link System#err}, which is looked up for each line. */
final class LogCapture implements AutoCloseable {
    private static final long LIMIT_NS = 2_000_000_000;
    private static final long LOOK_NS = 2_000_000;

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    LogCapture() {
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    }

    String text() {
        awaitWriters();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Engines' lines are written by threads of theirs, which sleep when there are none. */
    private static void awaitWriters() {
        long deadline = System.nanoTime() + LIMIT_NS;
        int quiet = 0;
        while (quiet < 2 && System.nanoTime() - deadline < 0) {
            boolean sleeps = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("mr-log"))
                    .allMatch(thread -> thread.getState() == Thread.State.WAITING);
            quiet = sleeps ? quiet + 1 : 0;
            LockSupport.parkNanos(LOOK_NS);
        }
    }

    List<String> lines(String fragment) {
        return text().lines().filter(line -> line.contains(fragment)).toList();
    }

    @Override
    public void close() {
        System.setErr(before);
        before.print(text());
    }
}
