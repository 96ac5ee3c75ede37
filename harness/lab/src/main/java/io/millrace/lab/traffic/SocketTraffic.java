package io.millrace.lab.traffic;

import io.millrace.HostException;

/** Frames or datagrams that a socket sends one by one, each by a system call. */
abstract sealed class SocketTraffic implements TrafficSource permits UdpTraffic, PacketTraffic {
    private static final int FLAT_OUT_BURST = 64;
    private static final long PROGRESS_NS = 1_000_000_000L;

    private final int frameLength;
    private volatile boolean stopped;

    /** @param frameLength of all frames */
    SocketTraffic(int frameLength) {
        this.frameLength = frameLength;
    }

    /** Returns whether the kernel took it. */
    abstract boolean sendOne();

    /** Why none of them could be sent. */
    abstract HostException allRefused();

    @Override
    public TrafficReport send(TrafficPlan plan, Progress progress) {
        long startNs = System.nanoTime();
        Pacer pacer = new Pacer(plan, FLAT_OUT_BURST, startNs);
        long toldNs = startNs;
        long tried = 0;
        long sent = 0;
        while (!stopped && !pacer.isOver() && (!plan.counted() || sent < plan.count())) {
            long burst = pacer.awaitBurst(tried);
            if (plan.counted()) {
                burst = Math.min(burst, plan.count() - sent);
            }
            for (long i = 0; i < burst; i++) {
                sent += sendOne() ? 1 : 0;
            }
            tried += burst;
            if (sent == 0 && tried > 0) {
                throw allRefused();
            }
            if (System.nanoTime() - toldNs >= PROGRESS_NS) {
                toldNs = System.nanoTime();
                progress.at(report(sent, tried, startNs));
            }
        }
        stopped = false;
        return report(sent, tried, startNs);
    }

    private TrafficReport report(long sent, long tried, long startNs) {
        return new TrafficReport(sent, tried - sent, sent * frameLength, System.nanoTime() - startNs);
    }

    @Override
    public final void stop() {
        stopped = true;
    }
}
