package io.millrace.engine.afxdp;

import io.millrace.engine.config.ConfigName;
import io.millrace.engine.counters.KernelStatistics;
import io.millrace.xdp.Attachment;
import io.millrace.xdp.XdpCounters;
import io.millrace.xdp.XdpProgram;

/**
 * What a port holds in the kernel: the XDP program and a socket for each queue. Cold; {@link #kernelStatistics} and
 * {@link #xdpCounters} may be called by any thread.
 */
final class AfXdpDevice implements AutoCloseable {
    private final XdpProgram program;
    private final Attachment attachment;
    private final boolean zeroCopy;
    private final int[] queueIds;
    private final XdpSocket[] sockets;
    private KernelStatistics lastStatistics;
    private XdpCounters lastCounters;

    AfXdpDevice(XdpProgram program, Attachment attachment, int[] queueIds, XdpSocket[] sockets) {
        this.program = program;
        this.attachment = attachment;
        this.queueIds = queueIds;
        this.sockets = sockets;
        this.zeroCopy = sockets[0].zeroCopy();
    }

    String attach() {
        return ConfigName.of(attachment.mode());
    }

    boolean isZeroCopy() {
        return zeroCopy;
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
        return lastCounters != null ? lastCounters : program.counters();
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
            lastCounters = program.counters();
            program.close();
        }
    }
}
