package io.millrace.lab.traffic;

import io.millrace.HostException;
import java.time.Duration;

/**
 * The datagrams of a {@link FrameTemplate} through the TX ring of an AF_XDP socket on queue 0: some hundred thousand a
 * second in copy mode, where the kernel makes a packet of each. No XDP program is needed, at neither end.
 * {@link TrafficReport#sent} is what the kernel has sent; what a veth drops behind that, because its other end is full,
 * the interface's {@code tx_dropped} counts.
 *
 * <p>Opened in the interface's network namespace; used from any thread, one at a time. Needs root.
 */
public final class XdpTraffic implements TrafficSource {
    private static final int BURST = 64;
    private static final long PROGRESS_NS = 1_000_000_000L;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final TrafficSocket socket;
    private final FrameSender sender;
    private final int frameLength;
    private final long patienceNs;
    private volatile boolean stopped;

    private XdpTraffic(TrafficSocket socket, int frameLength, Duration patience) {
        this.socket = socket;
        this.sender = socket.sender();
        this.frameLength = frameLength;
        patienceNs = patience.toNanos();
    }

    /**
     * Opens a sender on an interface of the calling thread's network namespace.
     *
     * @throws IllegalArgumentException if the frame is longer than {@link FrameTemplate#LONGEST_SINGLE}
     * @throws HostException            if there is no such interface, or another socket holds its queue
     */
    public static XdpTraffic open(String interfaceName, FrameTemplate frame) {
        return open(interfaceName, frame, false, PATIENCE);
    }

    /**
     * The same.
     *
     * @param copying  whether it has to be in copy mode also where the driver has zero-copy mode
     * @param patience how long the interface may take no frame before sending fails
     */
    public static XdpTraffic open(String interfaceName, FrameTemplate frame, boolean copying, Duration patience) {
        frame.requireSingle();
        return new XdpTraffic(
                TrafficSocket.forSending(interfaceName, frame, FrameStamp.sequenced(frame), copying),
                frame.lengthBytes(),
                patience);
    }

    @Override
    public TrafficReport send(TrafficPlan plan, Progress progress) {
        long startNs = System.nanoTime();
        Pacer pacer = new Pacer(plan, BURST, startNs);
        long before = sender.sent();
        long toldNs = startNs;
        long movedNs = startNs;
        while (!stopped && !pacer.isOver()) {
            long tried = sender.sent() - before;
            long left = plan.counted() ? plan.count() - tried : Long.MAX_VALUE;
            if (left <= 0) {
                break;
            }
            int wanted = (int) Math.min(pacer.awaitBurst(tried), left);
            long nowNs = System.nanoTime();
            if (sender.send(wanted) > 0 || wanted == 0) {
                movedNs = nowNs;
            } else if (nowNs - movedNs > patienceNs) {
                throw new HostException(
                        "the TX ring has not moved for " + patienceNs / 1_000_000 + " ms; is the interface up?");
            }
            if (nowNs - toldNs >= PROGRESS_NS) {
                toldNs = nowNs;
                progress.at(report(before, startNs));
            }
        }
        awaitCompletion();
        stopped = false;
        return report(before, startNs);
    }

    private void awaitCompletion() {
        long startNs = System.nanoTime();
        while (sender.complete() > 0 && System.nanoTime() - startNs < patienceNs) {
            Thread.onSpinWait();
        }
    }

    private TrafficReport report(long before, long startNs) {
        long tried = sender.sent() - before;
        long sent = tried - sender.complete();
        return new TrafficReport(sent, tried - sent, sent * frameLength, System.nanoTime() - startNs);
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void close() {
        socket.close();
    }
}
