package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.ENOBUFS;
import static io.millrace.bindings.uring.uring_h.IORING_OP_RECVMSG;

import io.millrace.bindings.uring.io_uring_sqe;
import io.millrace.ring.KernelBuffers;
import io.millrace.ring.SubmissionQueue;
import io.millrace.ring.Umem;
import io.millrace.ring.UringKernelSide;
import io.millrace.spi.EventLoop;
import io.millrace.spi.Port;
import io.millrace.spi.SleepLimit;
import io.millrace.spi.WarmUpPort;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.spi.counters.PortCounters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.agrona.concurrent.IdleStrategy;

/**
 * A UDP port and its io_uring over plain memory and a simulated kernel: each buffer offered comes back with a datagram,
 * each send completes. Apart from the kernel, it runs the code of a real port.
 */
public final class LoopbackSocket implements WarmUpPort {
    private static final int ENTRIES = 256;
    private static final int FRAME_SIZE = 2048;
    private static final long PAGE = 4096;
    private static final int TURNS_OF_RECEIVE = 8;
    private static final int NO_RING = -1;

    private final UringKernelSide kernel;
    private final KernelBuffers buffers;
    /** What the kernel writes into a buffer for a datagram: the header of a multishot receive, and the payload. */
    private final MemorySegment received;

    private final Uring uring;
    private final UdpPort port;
    private long receiver;
    private boolean receives;
    private int turns;

    /**
     * @param arena   owns the memory
     * @param payload the bytes of every datagram
     */
    public LoopbackSocket(Arena arena, byte[] payload) {
        Umem umem = Umem.over(arena.allocate((long) 2 * ENTRIES * FRAME_SIZE, PAGE), FRAME_SIZE);
        kernel = UringKernelSide.of(arena, ENTRIES, 2 * ENTRIES);
        buffers = KernelBuffers.of(arena, umem, ENTRIES);
        EngineCounters engineCounters = new EngineCounters();
        PortCounters counters = new PortCounters(engineCounters, "loopback");
        uring = new Uring(NO_RING, kernel.submissionQueue(), kernel.completionQueue(), false, arena, engineCounters);
        SocketFrames frames = new SocketFrames(umem, new UringDevice.ProvidedBuffers(buffers.bufferRing(), 0));
        DatagramLayout layout = new DatagramLayout(true, false, false, false);
        received = arena.allocate(layout.payloadOffset() + payload.length);
        MemorySegment.copy(payload, 0, received, ValueLayout.JAVA_BYTE, layout.payloadOffset(), payload.length);
        DatagramReceiver receiving =
                new DatagramReceiver(uring, frames, layout, layout.newHeader(arena), counters, 0, 0, UdpPort.RECEIVE);
        DatagramSender sending = new DatagramSender(
                uring, frames, new SendBlocks(arena, ENTRIES, 1), counters, 0, 0, true, ZeroCopy.OFF);
        port = new UdpPort(
                0,
                "loopback",
                null,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                frames,
                receiving,
                sending,
                new DatagramDestinations(arena, layout, null),
                counters,
                SocketLinks.NONE);
        uring.add(0, port, ENTRIES / 4);
        port.startReceiving();
    }

    @Override
    public Port port() {
        return port;
    }

    @Override
    public EventLoop[] loops() {
        return new EventLoop[] {uring};
    }

    /** {@inheritDoc} Waiting fails, because there is no ring. */
    @Override
    public IdleStrategy newWait(SleepLimit limit) {
        UringWait wait = new UringWait(uring, new Port[] {port}, limit);
        uring.add(UserData.WAITER, wait);
        return wait;
    }

    @Override
    public void turn() {
        uring.count(0); // here every call fails; without this, compiled code would treat success as rare
        kernel.take(ENTRIES, this::submitted);
        for (int i = 0; i < BURST && receives && buffers.available() > 0 && kernel.waiting() == 0; i++) {
            kernel.receive(buffers, received, receiver);
        }
        // ends the receive, as if no buffer was free, so that it has to be started again
        if (receives && ++turns % TURNS_OF_RECEIVE == 0) {
            receives = false;
            kernel.complete(receiver, -ENOBUFS(), 0);
        }
        kernel.flush();
    }

    private void submitted(MemorySegment entries, long at) {
        long userData = entries.get(ValueLayout.JAVA_LONG, at + io_uring_sqe.user_data$offset());
        if (entries.get(ValueLayout.JAVA_BYTE, at) == IORING_OP_RECVMSG()) {
            receives = true;
            receiver = userData;
        } else {
            kernel.complete(userData, entries.get(ValueLayout.JAVA_INT, at + io_uring_sqe.len$offset()), 0);
        }
    }

    /** {@inheritDoc} Entering the kernel fails, because there is no ring, as it does for every submission here. */
    @Override
    public void needWakeUp(boolean wanted) {
        kernel.flag(SubmissionQueue.TASKRUN, wanted);
    }
}
