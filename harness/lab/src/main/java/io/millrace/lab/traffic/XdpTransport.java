package io.millrace.lab.traffic;

import io.millrace.ring.FillRing;
import io.millrace.ring.RxRing;
import io.millrace.ring.Umem;
import io.millrace.statistics.KernelStatistics;
import io.millrace.xdp.AcceptRule;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Frames over AF_XDP. A round trip lasts from the write of the frame's time stamp to the moment when its echo is seen
 * in the RX ring.
 */
public final class XdpTransport extends EchoTransport {
    /** Fewer than any ring between here and there holds. */
    public static final int WINDOW = 1_024;

    private static final long PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int RX_BATCH = 64;

    private final int window;
    private final TrafficSocket socket;
    private final FrameSender sender;
    private final EchoChecker checker;
    private final RxRing rx;
    private final FillRing fill;
    private final Umem umem;
    private final MemorySegment memory;

    /**
     * What was counted at the driver's end.
     *
     * @param matched frames that its XDP program sent to its socket
     * @param kernel  what the kernel counted for that socket
     */
    public record Counts(long matched, KernelStatistics kernel) {
        /** What was counted since. */
        public Counts since(Counts before) {
            return new Counts(matched - before.matched, kernel.since(before.kernel));
        }
    }

    private XdpTransport(TrafficSocket socket, FrameTemplate template, EchoForm form, int window) {
        this.window = window;
        this.socket = socket;
        sender = socket.sender();
        checker = new EchoChecker(template, form, socket.arena(), tally());
        rx = socket.socket().rings().rx();
        fill = socket.socket().rings().fill();
        umem = socket.umem();
        memory = socket.memory();
    }

    /**
     * Opens it on queue 0 of an interface of the calling thread's network namespace.
     *
     * @param template what is sent; its payload has room for a {@link PayloadStamp}'s 20 bytes
     * @param echoes   rules that match what comes back; everything else stays with the kernel
     * @throws io.millrace.HostException if the host lacks something
     */
    public static XdpTransport open(String interfaceName, FrameTemplate template, List<AcceptRule> echoes) {
        return open(interfaceName, template, echoes, EchoForm.SWAPPED, WINDOW);
    }

    /**
     * The same.
     *
     * @param form   of what comes back
     * @param window frames on their way at most, those apart that come back very late; 1,024 or fewer. So few as to fit
     * into
     *               the caches have memory of their own size
     */
    public static XdpTransport open(
            String interfaceName, FrameTemplate template, List<AcceptRule> echoes, EchoForm form, int window) {
        TrafficSocket socket =
                TrafficSocket.forEchoes(interfaceName, template, FrameStamp.timed(template), echoes, window);
        return new XdpTransport(socket, template, form, window);
    }

    @Override
    void send(int wanted) {
        sender.send(wanted);
    }

    @Override
    long sent() {
        return sender.sent();
    }

    /** RX ring -> check -> fill ring. */
    @Override
    int receive() {
        int count = rx.peek(RX_BATCH);
        if (count == 0) {
            sender.complete();
            return 0;
        }
        long nowNs = System.nanoTime();
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
        return count;
    }

    @Override
    boolean sending() {
        return sender.complete() > 0;
    }

    @Override
    int window() {
        return window;
    }

    @Override
    boolean alwaysWindowed() {
        return false;
    }

    @Override
    long patienceNs() {
        return PATIENCE_NS;
    }

    /** Exact once nothing can come any more. By any thread. */
    public Counts counts() {
        return new Counts(socket.counters().matched(), socket.socket().statistics());
    }

    /** Leaves the interface as it was. */
    @Override
    public void close() {
        socket.close();
    }
}
