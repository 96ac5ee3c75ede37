package io.millrace.lab.traffic;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * Sends numbered messages to something that echoes them, has every echo checked byte by byte and the round trips
 * measured.
 *
 * <p>At a pace it is open-loop: it sends when a message is due, whatever came back, in bursts of at most
 * {@link #BURST}. Flat out it keeps at most {@link #window} messages on their way, fewer than anything between here and
 * there holds, so that the rate is what comes back and not what is thrown away. Over sockets, whose buffers hold
 * little,
 * that goes for a pace too: what is held back so is made up for. While it warms up all of this holds: what is measured
 * should not be the first second of two JVMs.
 *
 * <p>{@link #run} occupies a thread, and allocates nothing for a message. {@link #stop} and what tells of progress are
 * for any thread.
 */
public final class EchoDriver implements AutoCloseable {
    /** Messages sent in one go at most: over AF_XDP one system call. */
    public static final int BURST = 32;

    private static final long LONGEST_DRAIN_NS = TimeUnit.SECONDS.toNanos(3);
    private static final double SECOND_NS = 1e9;
    private static final int MOST_LATE = 1 << 16;
    private static final ThreadMXBean MX = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final EchoTransport transport;
    private final EchoTally tally;
    private final int window;
    private final boolean alwaysWindowed;
    private final long patienceNs;
    /** What other threads see of the counts. */
    private final AtomicLong sentSoFar = new AtomicLong();

    private final AtomicLong receivedSoFar = new AtomicLong();
    private final AtomicLong corruptedSoFar = new AtomicLong();
    private final AtomicLong duplicatedSoFar = new AtomicLong();
    private final AtomicLong missedSoFar = new AtomicLong();
    private volatile boolean stopped;
    /** What was counted when the warm-up was over. */
    private volatile EchoCounts before = new EchoCounts(0, 0, 0, 0);

    private volatile long missedBefore;
    private long startNs;
    /** When the warm-up ended, 0 before. */
    private long measuredNs;

    private long endNs;
    private long allocatedBytes;
    private long progressNs;
    private long floor;

    /** @param transport its own from now on */
    public EchoDriver(EchoTransport transport) {
        this(transport, transport.window(), transport.alwaysWindowed());
    }

    /**
     * Makes a driver with fewer messages on their way than the transport allows.
     *
     * @param transport its own from now on
     * @param window    messages on their way at most
     */
    public EchoDriver(EchoTransport transport, int window) {
        this(transport, Math.min(window, transport.window()), true);
    }

    private EchoDriver(EchoTransport transport, int window, boolean alwaysWindowed) {
        this.transport = transport;
        this.window = window;
        this.alwaysWindowed = alwaysWindowed;
        tally = transport.tally();
        patienceNs = transport.patienceNs();
    }

    /**
     * Sends as {@link #run} will, by the same code, and waits for what comes back. Nothing of it is in the counts and
     * the report. As often as is needed before {@link #run}; {@link #stop} ends it.
     *
     * @param bounded whether no more than the window is on its way at a time, whatever the plan
     */
    public void warmUp(TrafficPlan plan, boolean bounded) {
        flow(plan, 0, bounded);
        settle();
    }

    /**
     * Waits for stragglers, a bounded time, and takes all that was sent until now for warm-up. By any thread, but not
     * while messages are sent.
     *
     * @return what became of all that is taken for warm-up
     */
    public EchoCounts settle() {
        drain();
        floor = transport.sent();
        missedBefore = transport.missed();
        before = new EchoCounts(transport.sent(), tally.received(), tally.corrupted(), tally.duplicated());
        sentSoFar.lazySet(transport.sent());
        return before;
    }

    /** What was sent and came back in the warm-up. */
    public EchoCounts warmUpCounts() {
        return before;
    }

    /**
     * Sends until the plan is over or {@link #stop} was called, then waits for stragglers, a bounded time. Once.
     *
     * @param warmUpNs how long round trips are not recorded, and messages on their way are limited
     */
    public void run(TrafficPlan plan, long warmUpNs) {
        flow(plan, warmUpNs, false);
        awaitStragglers();
    }

    private void flow(TrafficPlan plan, long warmUpNs, boolean bounded) {
        startNs = System.nanoTime();
        measuredNs = 0;
        long nowNs = startNs;
        SendSchedule schedule = new SendSchedule(plan.framesPerSecond(), BURST, startNs);
        schedule.restart(transport.sent(), startNs);
        boolean windowed = true;
        tally.recordFrom(Long.MAX_VALUE);
        progressNs = startNs;
        while (!stopped && nowNs - startNs < plan.durationNs() && !isDone(plan)) {
            if (measuredNs == 0 && nowNs - startNs >= warmUpNs) {
                windowed = bounded || plan.flatOut() || alwaysWindowed;
                startMeasuring(schedule, nowNs, plan.flatOut() ? 0 : SECOND_NS / plan.framesPerSecond());
            }
            int due = schedule.due(transport.sent(), nowNs);
            if (windowed) {
                due = Math.min(due, room(nowNs));
            }
            if (due > 0) {
                transport.send(plan.counted() ? (int) Math.min(due, plan.count() - sent()) : due);
                sentSoFar.lazySet(transport.sent());
            }
            nowNs = receive();
        }
        endNs = nowNs;
        allocatedBytes = measuredNs == 0 ? 0 : MX.getCurrentThreadAllocatedBytes() - allocatedBytes;
    }

    private boolean isDone(TrafficPlan plan) {
        return plan.counted() && sent() >= plan.count();
    }

    /** Messages sent since the warm-up. */
    private long sent() {
        return transport.sent() - before.sent();
    }

    private void startMeasuring(SendSchedule schedule, long nowNs, double intervalNs) {
        tally.forgetRoundTrips();
        tally.recordFrom(transport.sent());
        schedule.restart(transport.sent(), nowNs);
        if (intervalNs > 0) {
            tally.dueFrom(nowNs + (long) intervalNs, intervalNs);
        }
        measuredNs = nowNs;
        allocatedBytes = MX.getCurrentThreadAllocatedBytes();
    }

    /** How many messages may be sent until the window is full. Echoes come in order. */
    private int room(long nowNs) {
        long back = Math.max(tally.highest() + 1, floor);
        long onTheirWay = transport.sent() - back;
        if (onTheirWay >= window && nowNs - progressNs > patienceNs) {
            floor = transport.sent();
            progressNs = nowNs;
            return window;
        }
        return (int) (window - onTheirWay);
    }

    /** Looks at what has come back; returns the time. */
    private long receive() {
        int count = transport.receive();
        long nowNs = System.nanoTime();
        if (count > 0) {
            progressNs = nowNs;
        }
        receivedSoFar.lazySet(tally.received());
        corruptedSoFar.lazySet(tally.corrupted());
        duplicatedSoFar.lazySet(tally.duplicated());
        missedSoFar.lazySet(transport.missed());
        return nowNs;
    }

    private void awaitStragglers() {
        long nowNs = System.nanoTime();
        long drainStartNs = nowNs;
        progressNs = nowNs;
        while (nowNs - drainStartNs < LONGEST_DRAIN_NS
                && !transport.isOver()
                && (transport.sending() || missing() > 0 && nowNs - progressNs < patienceNs)) {
            nowNs = receive();
        }
    }

    /** Takes also what comes behind the last message that is missing: echoes that are too many. */
    private void drain() {
        awaitStragglers();
        int late = 1;
        for (int i = 0; i < MOST_LATE && late > 0; i++) {
            late = transport.receive();
        }
        receive();
    }

    /**
     * What came of the run. Exact if nothing can come any more: call it when whatever echoes has ended. By any thread,
     * after the run.
     */
    public EchoReport report() {
        drain();
        long warmUpNs = measuredNs == 0 ? endNs - startNs : measuredNs - startNs;
        return new EchoReport(counts(), endNs - startNs, warmUpNs, tally.roundTrips(), tally.delays(), allocatedBytes);
    }

    private long missing() {
        return transport.sent() - tally.received() - tally.corrupted() - before.lost();
    }

    /** Ends the run in course; without one, the next at once. */
    public void stop() {
        stopped = true;
    }

    /** Returns whether {@link #stop} was called. */
    public boolean isStopped() {
        return stopped;
    }

    /** Messages on their way at most, where that is bounded. */
    public int window() {
        return window;
    }

    /** Returns whether that is so at a pace as well. */
    public boolean alwaysWindowed() {
        return alwaysWindowed;
    }

    /** The counts so far, since the warm-up. */
    public EchoCounts counts() {
        EchoCounts first = before;
        long received = receivedSoFar.get() - first.received(); // before what was sent: never more than it
        return new EchoCounts(
                sentSoFar.get() - first.sent(),
                received,
                corruptedSoFar.get() - first.corrupted(),
                duplicatedSoFar.get() - first.duplicated());
    }

    /**
     * The same, when stragglers have had a bounded time. By any thread, after the run: nothing is sent meanwhile.
     */
    public EchoCounts settledCounts() {
        drain();
        return counts();
    }

    /** Messages known by now to be lost. */
    public long missed() {
        return missedSoFar.get() - missedBefore;
    }

    /**
     * The round trips since the last call, in nanoseconds, those of the warm-up included. Called by one thread only.
     *
     * @param recycled what that thread got last, or null
     */
    public Histogram latestRoundTrips(Histogram recycled) {
        return tally.latest(recycled);
    }

    /** Closes the transport. Not while {@link #run} runs. */
    @Override
    public void close() {
        transport.close();
    }
}
