package io.millrace.core.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.spi.EngineLog;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;

/** The log of an engine's threads, with a reader that may stop to read. */
@Timeout(30)
class LogQueueTest {
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(20);
    private static final int MORE_THAN_FIT = 5_000;

    private final List<String> read = new CopyOnWriteArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch waits = new CountDownLatch(1);
    private final LogQueue queue = new LogQueue(new Reader());
    private final Logger log = new EngineLog(new Reader());

    private final class Reader extends LegacyAbstractLogger {
        private static final long serialVersionUID = 1L;

        @Override
        protected void handleNormalizedLoggingCall(
                Level level, Marker marker, String message, Object[] arguments, Throwable thrown) {
            if (thrown instanceof Unprintable) {
                throw new IllegalStateException("can't print that");
            }
            if (message.startsWith("wait")) {
                waits.countDown();
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            read.add(level + " " + org.slf4j.helpers.MessageFormatter.basicArrayFormat(message, arguments)
                    + (thrown == null ? "" : " " + thrown.getMessage()));
        }

        @Override
        protected String getFullyQualifiedCallerName() {
            return Reader.class.getName();
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }
    }

    private static final class Unprintable extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @AfterEach
    void close() {
        gate.countDown();
    }

    private void onEngineThread(Runnable task) throws InterruptedException {
        Thread thread = EngineThread.of(queue, "mr-test", task);
        thread.start();
        thread.join();
    }

    @Test
    void shouldWriteInOrderWhatAnEngineThreadLogs() throws Exception {
        queue.start();
        onEngineThread(() -> {
            log.info("one {}", 1);
            log.warn("two {} {}", 2, "b", new IllegalStateException("why"));
            log.debug("nobody wants it");
            log.error("three");
        });
        queue.close(LONG_NS);
        assertEquals(List.of("INFO one 1", "WARN two 2 b why", "ERROR three"), read);
        assertEquals(0, queue.dropped());
    }

    @Test
    void shouldLetOtherThreadsLogThemselves() {
        log.info("here {}", "{}");
        assertEquals(List.of("INFO here {}"), read);
    }

    @Test
    void shouldDropAndCountWhatFindsNoRoomAndTellOnceItWrites() throws Exception {
        queue.start();
        onEngineThread(() -> log.info("wait"));
        waits.await();
        onEngineThread(() -> {
            for (int i = 0; i < MORE_THAN_FIT; i++) {
                log.info("line");
            }
        });
        long dropped = queue.dropped();
        assertTrue(dropped > 0 && dropped < MORE_THAN_FIT, () -> dropped + " dropped");
        gate.countDown();
        queue.close(LONG_NS);
        assertEquals(1 + MORE_THAN_FIT - dropped + 1, read.size());
        assertEquals("WARN " + dropped + " lines of the log were dropped while it took none", read.getLast());
        assertEquals(dropped, queue.dropped());
    }

    @Test
    void shouldTellOfThemAlsoWhenItIsAboutToEnd() throws Exception {
        queue.start();
        onEngineThread(() -> log.info("wait"));
        waits.await();
        Thread closer = Thread.ofPlatform().start(() -> queue.close(LONG_NS));
        while (queue.dropped() == 0) { // it takes none once it is closing, and soon has no room
            onEngineThread(() -> log.info("line"));
        }
        long dropped = queue.dropped();
        gate.countDown();
        closer.join();
        assertEquals("WARN " + dropped + " lines of the log were dropped while it took none", read.getLast());
    }

    @Test
    void shouldEndInTimeAndCountWhatIsLeftWhenNobodyReads() throws Exception {
        queue.start();
        onEngineThread(() -> {
            log.info("wait");
            log.info("left");
        });
        waits.await();
        queue.close(TimeUnit.MILLISECONDS.toNanos(20));
        assertEquals(2, queue.dropped());
        onEngineThread(() -> log.info("late"));
        assertEquals(3, queue.dropped());
    }

    @Test
    void shouldGoOnWhenTheLogThrows() throws Exception {
        queue.start();
        onEngineThread(() -> {
            log.warn("stage s threw", new Unprintable());
            log.info("next");
        });
        queue.close(LONG_NS);
        assertEquals(2, read.size(), read::toString);
        assertTrue(
                read.getFirst().startsWith("WARN stage s threw (what was thrown, a ")
                        && read.getFirst().contains("Unprintable"),
                read::toString);
        assertEquals("INFO next", read.get(1));
    }
}
