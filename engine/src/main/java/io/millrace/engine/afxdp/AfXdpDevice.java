package io.millrace.engine.afxdp;

import io.millrace.engine.config.ConfigName;
import io.millrace.engine.counters.KernelStatistics;
import io.millrace.xdp.AcceptRule;
import io.millrace.xdp.XdpCounters;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a port holds in the kernel: the XDP program and a socket for each queue. Cold; {@link #kernelStatistics} and
 * {@link #xdpCounters} may be called by any thread.
 */
final class AfXdpDevice implements AutoCloseable {
    private final SharedProgram program;
    private final boolean counts;
    private final boolean zeroCopy;
    private final int[] queueIds;
    private final XdpSocket[] sockets;
    private KernelStatistics lastStatistics;
    private XdpCounters lastCounters;
    private final AtomicBoolean receives = new AtomicBoolean(true);

    /** @param counts whether it tells the program's counters; one of those that share the program does */
    AfXdpDevice(SharedProgram program, boolean counts, int[] queueIds, XdpSocket[] sockets) {
        this.program = program;
        this.counts = counts;
        this.queueIds = queueIds;
        this.sockets = sockets;
        this.zeroCopy = sockets[0].zeroCopy();
    }

    String attach() {
        return ConfigName.of(program.attachment().mode());
    }

    String copy() {
        return zeroCopy ? "zero-copy" : "copy";
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

    void accept(List<AcceptRule> rules) {
        program.accept(rules);
    }

    List<AcceptRule> accepted() {
        return program.rules();
    }

    synchronized KernelStatistics kernelStatistics() {
        if (lastStatistics != null) {
            return lastStatistics;
        }
        KernelStatistics sum = KernelStatistics.ZERO;
        for (XdpSocket socket : sockets) {
            sum = sum.plus(socket.statistics());
        }
        return sum;
    }

    synchronized XdpCounters xdpCounters() {
        if (lastCounters != null) {
            return lastCounters;
        }
        return counts ? program.counters() : XdpCounters.ZERO;
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
        }
    }
}
