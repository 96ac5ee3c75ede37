package io.millrace.engine.afxdp;

import io.millrace.engine.counters.KernelStatistics;
import io.millrace.xdp.XdpCounters;
import io.millrace.xdp.XdpProgram;

/**
 * What a port holds in the kernel: the XDP program and a socket for each queue. Cold; {@link #kernelStatistics} and
 * {@link #xdpCounters} may be called by any thread.
 */
final class AfXdpDevice implements AutoCloseable {
    private final XdpProgram program;
    private final GrantedMode mode;
    private final int[] queueIds;
    private final XdpSocket[] sockets;
    private final NapiTuning napi;
    private KernelStatistics lastStatistics;
    private XdpCounters lastCounters;

    /** @param napi how the interface's interrupts are put off, or null if they are not */
    AfXdpDevice(XdpProgram program, GrantedMode mode, int[] queueIds, XdpSocket[] sockets, NapiTuning napi) {
        this.program = program;
        this.mode = mode;
        this.queueIds = queueIds;
        this.sockets = sockets;
        this.napi = napi;
    }

    GrantedMode mode() {
        return mode;
    }

    /** Frames that the rules accept go to the sockets from here on. */
    void startReceiving() {
        for (int i = 0; i < sockets.length; i++) {
            program.register(queueIds[i], sockets[i].fd());
        }
    }

    /**
     * Frames stay with the kernel from here on. Detaching waits until no CPU runs the program any more, so whatever it
     * sent to a socket is in the RX ring when this returns.
     */
    void stopReceiving() {
        for (int queue : queueIds) {
            program.unregister(queue);
        }
        program.detach();
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
        return lastCounters != null ? lastCounters : program.counters(queueIds);
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
            lastCounters = program.counters(queueIds);
            program.close();
            if (napi != null) {
                napi.close();
            }
        }
    }
}
