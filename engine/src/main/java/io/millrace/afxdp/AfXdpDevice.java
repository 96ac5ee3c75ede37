package io.millrace.afxdp;

import io.millrace.statistics.KernelStatistics;
import io.millrace.xdp.XdpCounters;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a port holds in the kernel of one interface: the XDP program and a socket for each queue. What it tells goes on
 * from what was counted for the interfaces that the port had before. Cold; {@link #kernelStatistics} and
 * {@link #xdpCounters} may be called by any thread.
 */
final class AfXdpDevice implements AutoCloseable {
    private final SharedProgram program;
    private final boolean counts;
    private final GrantedMode mode;
    private final int[] queueIds;
    private final XdpSocket[] sockets;
    private final NapiTuning napi;
    private KernelStatistics statisticsBefore = KernelStatistics.ZERO;
    private XdpCounters countersBefore = XdpCounters.ZERO;
    private KernelStatistics lastStatistics;
    private XdpCounters lastCounters;
    private final AtomicBoolean receives = new AtomicBoolean(true);

    /**
     * @param counts whether it tells what stayed with the kernel; one of those that share the program does
     * @param napi   how the interface's interrupts are put off, or null if they are not
     */
    AfXdpDevice(
            SharedProgram program,
            boolean counts,
            GrantedMode mode,
            int[] queueIds,
            XdpSocket[] sockets,
            NapiTuning napi) {
        this.program = program;
        this.counts = counts;
        this.mode = mode;
        this.queueIds = queueIds;
        this.sockets = sockets;
        this.napi = napi;
    }

    /** The interface was lost, and is back: counts on from what was counted for the one before, which is closed. */
    synchronized void goOnFrom(AfXdpDevice before) {
        statisticsBefore = before.kernelStatistics();
        countersBefore = before.xdpCounters();
    }

    GrantedMode mode() {
        return mode;
    }

    /** The most frames that one wake-up sends in copy mode. */
    int txBudget() {
        return sockets[0].txBudget();
    }

    /** Frames that the rules accept go to the sockets from here on. */
    void startReceiving() {
        for (int i = 0; i < sockets.length; i++) {
            program.register(queueIds[i], sockets[i].fd());
        }
    }

    /**
     * Frames stay with the kernel from here on; what was on its way to a socket is in the RX ring when the last of those
     * that share the program has returned from this.
     */
    void stopReceiving() {
        if (receives.compareAndSet(true, false)) {
            for (int queue : queueIds) {
                program.unregister(queue);
            }
            program.leave();
        }
    }

    /** The interface is gone: takes the program off, if it is still there, and binds no other socket by these. */
    void loseInterface() {
        stopReceiving();
        for (XdpSocket socket : sockets) {
            socket.loseQueue();
        }
    }

    synchronized KernelStatistics kernelStatistics() {
        if (lastStatistics != null) {
            return lastStatistics;
        }
        KernelStatistics sum = statisticsBefore;
        for (XdpSocket socket : sockets) {
            sum = sum.plus(socket.statistics());
        }
        return sum;
    }

    synchronized XdpCounters xdpCounters() {
        if (lastCounters != null) {
            return lastCounters;
        }
        return countersBefore.plus(counts ? program.counters(queueIds) : program.socketCounters(queueIds));
    }

    synchronized void closeSockets() {
        lastStatistics = kernelStatistics();
        for (XdpSocket socket : sockets) {
            socket.close();
        }
    }

    @Override
    public synchronized void close() {
        if (lastCounters == null) {
            closeSockets();
            lastCounters = xdpCounters();
            program.close();
            if (napi != null) {
                napi.close();
            }
        }
    }
}
