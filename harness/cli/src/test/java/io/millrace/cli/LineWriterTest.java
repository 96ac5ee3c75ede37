package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link LineWriter} with a reader that stalls, comes back, and goes away. */
@Timeout(30)
class LineWriterTest {
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long SHORT_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final String LINE = "x".repeat(1023);

    /** A target that takes as many writes as it has been allowed to, and fails while it is told to. */
    private static final class Pipe extends OutputStream {
        private final Semaphore allowed = new Semaphore(0);
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private volatile String failure;

        @Override
        public void write(int b) {
            throw new AssertionError("whole lines are written at once");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            allowed.acquireUninterruptibly();
            if (failure != null) {
                throw new IOException(failure);
            }
            read.write(bytes, offset, length);
        }

        List<String> lines() {
            return read.toString(StandardCharsets.UTF_8).lines().toList();
        }
    }

    private final Pipe pipe = new Pipe();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final LineWriter writer = new LineWriter("stdout", pipe, told::add);
    private final PrintStream out = new PrintStream(writer, true, StandardCharsets.UTF_8);

    @Test
    void shouldWriteAllLinesInOrder() {
        pipe.allowed.release(1_000);
        out.printf("%d %s%n", 1, "one");
        out.println("two");
        out.print("not a whole ");
        out.print("line");
        writer.finish(LONG_NS);
        assertEquals(List.of("1 one", "two", "not a whole line"), pipe.lines());
        assertEquals(0, writer.dropped());
        assertEquals(List.of(), told);
    }

    @Test
    void shouldDropAndCountWhatAStalledReaderDoesNotTake() {
        int lines = 1_000;
        for (int i = 0; i < lines; i++) {
            out.println(LINE);
        }
        long dropped = writer.dropped();
        assertTrue(dropped > lines / 2 && dropped < lines, () -> "dropped " + dropped);
        pipe.allowed.release(lines);
        writer.finish(LONG_NS);
        assertEquals(lines - dropped, pipe.lines().size());
        assertEquals(dropped, writer.dropped());
        assertEquals(1, told.size(), told::toString);
        assertTrue(told.getFirst().startsWith(dropped + " lines of stdout dropped"), told::toString);
    }

    @Test
    void shouldGiveUpOnAReaderThatStaysStalledAndCountWhatIsLeft() {
        out.println("a");
        out.println("b");
        writer.finish(SHORT_NS);
        assertEquals(2, writer.dropped());
        out.println("c");
        writer.finish(LONG_NS); // does not wait a second time
        assertEquals(3, writer.dropped());
    }

    @Test
    void shouldTellAFailureOnceAndWriteAgainWhenItIsOver() {
        pipe.allowed.release(1_000);
        pipe.failure = "No space left on device";
        out.println("a");
        out.println("b");
        writer.finish(LONG_NS);
        assertEquals(2, writer.dropped());
        assertEquals(1, told.size(), told::toString);
        assertTrue(told.getFirst().startsWith("stdout can't be written (No space left on device); "), told::toString);
        pipe.failure = null;
        out.println("c");
        writer.finish(LONG_NS);
        assertEquals(List.of("c"), pipe.lines());
        assertEquals(2, writer.dropped());
    }
}
