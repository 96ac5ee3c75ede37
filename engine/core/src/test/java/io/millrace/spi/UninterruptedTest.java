package io.millrace.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UninterruptedTest {
    @AfterEach
    void forgetInterrupt() {
        Thread.interrupted();
    }

    @Test
    void shouldWorkWithFilesAlthoughTheCallerIsInterrupted() throws IOException {
        Path file = Files.createTempFile("millrace", null);
        try {
            Thread.currentThread().interrupt();
            int written = Uninterrupted.call("files", () -> write(file));
            assertTrue(Thread.interrupted(), "the caller's interrupt is gone");
            assertEquals(3, written);
            assertEquals(3, Files.size(file));
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void shouldThrowWhatTheTaskThrows() {
        IllegalArgumentException exception = new IllegalArgumentException("as asked");
        assertSame(
                exception,
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Uninterrupted.call("fails", () -> {
                            throw exception;
                        })));
        assertThrows(
                StackOverflowError.class,
                () -> Uninterrupted.call("fails", () -> {
                    throw new StackOverflowError();
                }));
    }

    @Test
    void shouldTryAgainWhileSomethingIsBusyAlthoughTheCallerIsInterrupted() {
        Thread.currentThread().interrupt();
        AtomicInteger attempts = new AtomicInteger();
        long startNs = System.nanoTime();
        assertEquals("done", Uninterrupted.whileBusy(Long.MAX_VALUE / 2, UninterruptedTest::isBusy, () -> {
            if (attempts.incrementAndGet() < 4) {
                throw new IllegalStateException("busy");
            }
            return "done";
        }));
        assertEquals(4, attempts.get());
        assertTrue(System.nanoTime() - startNs >= 20_000_000, "it sleeps in between");
        assertTrue(Thread.interrupted(), "the caller's interrupt is gone");
    }

    @Test
    void shouldNotTryAgainWhatFailsForAnotherReasonOrForTooLong() {
        AtomicInteger attempts = new AtomicInteger();
        for (String message : new String[] {"busy", "broken"}) {
            long patienceNs = message.equals("busy") ? 0 : Long.MAX_VALUE / 2;
            IllegalStateException failure = assertThrows(
                    IllegalStateException.class,
                    () -> Uninterrupted.whileBusy(patienceNs, UninterruptedTest::isBusy, () -> {
                        attempts.incrementAndGet();
                        throw new IllegalStateException(message);
                    }));
            assertEquals(message, failure.getMessage());
        }
        assertEquals(2, attempts.get());
    }

    private static boolean isBusy(RuntimeException e) {
        return e.getMessage().equals("busy");
    }

    private static int write(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return channel.write(ByteBuffer.wrap(new byte[3]));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
