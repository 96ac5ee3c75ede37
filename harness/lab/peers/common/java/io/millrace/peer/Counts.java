package io.millrace.peer;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a Java peer counts, on its one I/O thread. A line of JSON every 100 ms tells the heap bytes that its threads
 * allocated so far, and when that was ({@link System#nanoTime}, the kernel's monotonic clock); SIGTERM ends the process
 * with a line of all counts and exit code 0.
 */
final class Counts {
    private static final long PROGRESS_MS = 100;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong receivedBytes = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong sentBytes = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private boolean ended;

    /** Datagrams or chunks of a stream that came in. */
    void received(long bytes) {
        add(received, 1);
        add(receivedBytes, bytes);
    }

    /** What was handed to the kernel, or will be. */
    void sent(long bytes) {
        add(sent, 1);
        add(sentBytes, bytes);
    }

    /** That one of the {@link #sent} was not taken by the kernel. */
    void failed() {
        add(failed, 1);
    }

    /** One thread writes, others read: no locked instruction is needed for that. */
    private static void add(AtomicLong count, long more) {
        count.setOpaque(count.getPlain() + more);
    }

    /**
     * Says that the peer is ready, and looks after its lines from now on.
     *
     * @param pending says at the end how many of the {@link #sent} have not left, and never will
     */
    void tell(Pending pending) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(pending), "end"));
        Thread.ofPlatform().name("progress").daemon(true).start(this::progress);
        System.out.println("ready");
    }

    /** What is in a queue of the peer's own. */
    @FunctionalInterface
    interface Pending {
        /** Datagrams. */
        long count();
    }

    private void progress() {
        try {
            while (tellProgress()) {
                TimeUnit.MILLISECONDS.sleep(PROGRESS_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean tellProgress() {
        if (!ended) {
            System.out.println("{\"time_ns\":" + System.nanoTime() + ",\"alloc_bytes\":" + allocated() + "}");
        }
        return !ended;
    }

    private long allocated() {
        return threads.getTotalThreadAllocatedBytes();
    }

    private synchronized void end(Pending pending) {
        ended = true;
        long lost = failed.get() + pending.count();
        System.out.println("{\"rx_frames\":" + received + ",\"rx_bytes\":" + receivedBytes
            + ",\"tx_frames\":" + (sent.get() - lost) + ",\"tx_bytes\":" + sentBytes
            + ",\"tx_failed\":" + lost + ",\"alloc_bytes\":" + allocated() + "}");
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }
}
