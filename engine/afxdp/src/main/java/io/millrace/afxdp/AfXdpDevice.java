package io.millrace.afxdp;

import io.millrace.statistics.KernelStatistics;
import io.millrace.xdp.XdpCounters;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a port holds in the kernel of one interface: the XDP program, and a socket for each queue. Its counts go on from
 * those of the interfaces that the port had before. Cold. The thread that opens and closes the port calls it;
 * {@link #kernelStatistics} and {@link #xdpCounters} may be called by any thread.
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
     * @param counts whether it counts the frames that stayed with the kernel, too; one of the ports that share the
     *               program does
     * @param napi   what put the interface's interrupts off, or null if they are left alone
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

    /** Goes on counting from what was counted for the interface before this one, which is lost and closed. */
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

    /** From now on frames that the rules accept go to the sockets. */
    void startReceiving() {
        for (int i = 0; i < sockets.length; i++) {
            program.register(queueIds[i], sockets[i].fd());
        }
    }

    /**
     * From now on frames stay with the kernel. When the last port that shares the program has returned from this, each
     * frame that was on its way to a socket is in its RX ring. Idempotent.
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
