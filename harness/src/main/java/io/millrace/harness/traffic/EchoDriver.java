package io.millrace.harness.traffic;

import com.sun.management.ThreadMXBean;
import io.millrace.ring.FillRing;
import io.millrace.ring.RxRing;
import io.millrace.ring.Umem;
import io.millrace.xdp.AcceptRule;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * Sends numbered datagrams over AF_XDP to something that echoes them, checks every echo byte by byte and measures the
 * round trip: from the write of the frame's time stamp to the moment when its echo is seen in the RX ring.
 *
 * <p>At a pace it is open-loop: it sends when a frame is due, whatever came back, in bursts of at most {@link #BURST}
 * (one system call). Flat out it keeps at most {@link #WINDOW} frames on their way, fewer than any ring holds, so that
 * the rate is what comes back and not what is thrown away. While it warms up both hold: what is measured should not be
 * the first second of two JVMs.
 *
 * <p>Opened in the interface's network namespace. {@link #run} occupies a thread, and allocates nothing for a frame.
 * {@link #stop} and what tells of progress are for any thread.
 */
public final class EchoDriver implements AutoCloseable {
    /** Frames of one system call at most. */
    public static final int BURST = 32;
    /** Frames on their way at most, flat out. */
    public static final int WINDOW = 1_024;

    /** A window that does not move for so long is taken for lost. */
    private static final long WINDOW_PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(200);
    /** Stragglers are waited for until none came for so long. */
    private static final long QUIET_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LONGEST_DRAIN_NS = TimeUnit.SECONDS.toNanos(3);
    private static final int RX_BATCH = 64;
    private static final ThreadMXBean MX = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final TrafficSocket socket;
    private final FrameSender sender;
    private final EchoChecker checker;
    private final RxRing rx;
    private final FillRing fill;
    private final Umem umem;
    private final MemorySegment memory;
    /** What other threads see of the counts. */
    private final AtomicLong sentSoFar = new AtomicLong();
    private final AtomicLong receivedSoFar = new AtomicLong();
    private final AtomicLong corruptedSoFar = new AtomicLong();
    private final AtomicLong duplicatedSoFar = new AtomicLong();
    private final AtomicLong missedSoFar = new AtomicLong();
    private volatile boolean stopped;
    private long startNs;
    /** When the warm-up ended, 0 before. */
    private long measuredNs;
    private long endNs;
    private long allocatedBytes;
    private long progressNs;
    private long floor;

    private EchoDriver(TrafficSocket socket, FrameTemplate template) {
        this.socket = socket;
        sender = socket.sender();
        checker = new EchoChecker(template, socket.arena());
        rx = socket.socket().rings().rx();
        fill = socket.socket().rings().fill();
        umem = socket.umem();
        memory = socket.memory();
    }

    /**
     * Opens a driver on queue 0 of an interface of the calling thread's network namespace.
     *
     * @param template what is sent; its payload has room for {@link FrameStamp}'s 20 bytes
     * @param echoes   rules that match what comes back; everything else stays with the kernel
     * @throws io.millrace.engine.HostException if the host lacks something
     */
    public static EchoDriver open(String interfaceName, FrameTemplate template, List<AcceptRule> echoes) {
        TrafficSocket socket =
            TrafficSocket.forEchoes(interfaceName, template, FrameStamp.timed(template), echoes);
        return new EchoDriver(socket, template);
    }

    /**
     * Sends until the plan is over or {@link #stop} was called, then waits for stragglers, a bounded time. Once.
     *
     * @param warmUpNs how long round trips are not recorded, and frames on their way are limited
     */
    public void run(TrafficPlan plan, long warmUpNs) {
        startNs = System.nanoTime();
        long nowNs = startNs;
        SendSchedule schedule = new SendSchedule(plan.framesPerSecond(), BURST, startNs);
        boolean windowed = true;
        checker.recordFrom(Long.MAX_VALUE);
        progressNs = startNs;
        while (!stopped && nowNs - startNs < plan.durationNs() && !isDone(plan)) {
            if (measuredNs == 0 && nowNs - startNs >= warmUpNs) {
                windowed = plan.flatOut();
                startMeasuring(schedule, nowNs);
            }
            int due = schedule.due(sender.sent(), nowNs);
            if (windowed) {
                due = Math.min(due, room(nowNs));
            }
            if (due > 0) {
                sender.send(plan.counted() ? (int) Math.min(due, plan.count() - sender.sent()) : due);
                sentSoFar.lazySet(sender.sent());
            }
            nowNs = receive();
        }
        endNs = nowNs;
        allocatedBytes = measuredNs == 0 ? 0 : MX.getCurrentThreadAllocatedBytes() - allocatedBytes;
        awaitStragglers();
    }

    private boolean isDone(TrafficPlan plan) {
        return plan.counted() && sender.sent() >= plan.count();
    }

    private void startMeasuring(SendSchedule schedule, long nowNs) {
        checker.recordFrom(sender.sent());
        schedule.restart(sender.sent(), nowNs);
        measuredNs = nowNs;
        allocatedBytes = MX.getCurrentThreadAllocatedBytes();
    }

    /** How many frames may be sent until {@link #WINDOW} are on their way. Echoes come in order. */
    private int room(long nowNs) {
        long back = Math.max(checker.highest() + 1, floor);
        long onTheirWay = sender.sent() - back;
        if (onTheirWay >= WINDOW && nowNs - progressNs > WINDOW_PATIENCE_NS) {
            floor = sender.sent();
            progressNs = nowNs;
            return WINDOW;
        }
        return (int) (WINDOW - onTheirWay);
    }

    /** RX ring -> check -> fill ring; returns the time. */
    private long receive() {
        int count = rx.peek(RX_BATCH);
        long nowNs = System.nanoTime();
        if (count == 0) {
            sender.complete();
            return nowNs;
        }
        int room = fill.reserve(count); // always all: the frames that are out of the ring are in the RX ring
        for (int i = 0; i < count; i++) {
            long address = rx.address(i);
            checker.check(memory, address, rx.length(i), sender.sent(), nowNs);
            if (i < room) {
                fill.address(i, umem.frameAddress(address));
            }
        }
        fill.submit(room);
        rx.release(count);
        progressNs = nowNs;
        receivedSoFar.lazySet(checker.received());
        corruptedSoFar.lazySet(checker.corrupted());
        duplicatedSoFar.lazySet(checker.duplicated());
        missedSoFar.lazySet(checker.highest() + 1 - checker.received());
        return nowNs;
    }

    private void awaitStragglers() {
        long nowNs = System.nanoTime();
        long drainStartNs = nowNs;
        progressNs = nowNs;
        while (nowNs - drainStartNs < LONGEST_DRAIN_NS
            && (sender.complete() > 0 || missing() > 0 && nowNs - progressNs < QUIET_NS)) {
            nowNs = receive();
        }
    }

    /**
     * What came of the run. Exact if nothing can come any more: call it when whatever echoes has ended. By any thread,
     * after the run.
     */
    public EchoReport report() {
        awaitStragglers();
        long warmUpNs = measuredNs == 0 ? endNs - startNs : measuredNs - startNs;
        return new EchoReport(counts(), endNs - startNs, warmUpNs, checker.roundTrips(), allocatedBytes,
            socket.socket().zeroCopy(), socket.counters().matched(), socket.socket().statistics());
    }

    private long missing() {
        return sender.sent() - checker.received() - checker.corrupted();
    }

    /** Ends the run in course; without one, the next at once. */
    public void stop() {
        stopped = true;
    }

    /** The counts so far. */
    public EchoCounts counts() {
        long received = receivedSoFar.get(); // before what was sent: never more than it
        return new EchoCounts(sentSoFar.get(), received, corruptedSoFar.get(), duplicatedSoFar.get());
    }

    /** Frames whose echo has not come though one of a later frame has: those lost so far. */
    public long missed() {
        return missedSoFar.get();
    }

    /**
     * The round trips since the last call, in nanoseconds, those of the warm-up included. For one thread.
     *
     * @param recycled what that thread got last, or null
     */
    public Histogram latestRoundTrips(Histogram recycled) {
        return checker.latest(recycled);
    }

    /** Leaves the interface as it was. Not while {@link #run} runs. */
    @Override
    public void close() {
        socket.close();
    }
}
