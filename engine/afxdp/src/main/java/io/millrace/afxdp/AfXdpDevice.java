package io.millrace.afxdp;

import io.millrace.statistics.KernelStatistics;
import io.millrace.xdp.XdpCounters;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a port holds in the kernel for one interface: the XDP program, and a socket for each queue. Its counts continue
 * those of the interfaces that the port had before. Cold. The thread that opens and closes the port calls it; {@link
 * #kernelStatistics} and {@link #xdpCounters} may be called by any thread.
 */
final class AfXdpDevice implements AutoCloseable {
    private final InterfaceProgram program;
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
     * @param counts whether it also counts the frames that stayed with the kernel; one of the ports that share the
     *               program does
     * @param napi   what deferred the interface's interrupts, or null if they are left alone
     */
    AfXdpDevice(
            InterfaceProgram program,
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

    /** Continues the counts of the interface before this one, which is lost and closed. */
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

    /** Starts to receive: from now on frames that the rules accept go to the sockets. */
    void startReceiving() {
        for (int i = 0; i < sockets.length; i++) {
            program.register(queueIds[i], sockets[i].fd());
        }
    }

    /**
     * Stops to receive: from now on frames stay with the kernel. When the last port that shares the program has
     * returned from this, each frame that was on its way to a socket is in its RX ring. Calling it again does nothing.
     */
    void stopReceiving() {
        if (receives.compareAndSet(true, false)) {
            for (int queue : queueIds) {
                program.unregister(queue);
            }
            program.leave();
        }
    }

    /**
     * The interface is gone: detaches the program if it is still attached, and binds no further socket to the UMEM by
     * these sockets.
     */
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
