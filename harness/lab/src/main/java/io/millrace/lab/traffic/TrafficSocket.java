package io.millrace.lab.traffic;

import static io.millrace.bindings.xdp.xdp_h.XDP_COPY;
import static io.millrace.bindings.xdp.xdp_h.XDP_USE_NEED_WAKEUP;

import io.millrace.HostException;
import io.millrace.afxdp.LinkLayer;
import io.millrace.afxdp.RingSizes;
import io.millrace.afxdp.XdpSocket;
import io.millrace.bindings.Libc;
import io.millrace.bindings.NativeLibrary;
import io.millrace.bindings.SystemCallException;
import io.millrace.ring.FillRing;
import io.millrace.ring.FramePool;
import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import io.millrace.xdp.AcceptRule;
import io.millrace.xdp.AttachMode;
import io.millrace.xdp.XdpCounters;
import io.millrace.xdp.XdpProgram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * An AF_XDP socket on queue 0 of an interface, with frames of its own: those that it sends hold a template for good,
 * and those that it receives into are others. Cold; {@link #counters} is for any thread.
 */
final class TrafficSocket implements AutoCloseable {
    private static final int QUEUE = 0;
    private static final int FRAME_SIZE = 2_048;
    /** Enough frames that late echoes are not lost and every frame to be sent has memory. */
    private static final RingSizes MANY = new RingSizes(8_192, 2_048, 16_384, 2_048);
    /** For a few on their way: frames that stay in the caches, which {@link #MANY} do not fit into. */
    private static final RingSizes FEW = new RingSizes(128, 128, 128, 128);
    /** The number of windows whose echoes may come back late, after they were given up; each has room in the memory. */
    private static final int LATE = 4;

    private static final XdpCounters NOTHING = new XdpCounters(0, 0, 0);

    private final Arena arena = Arena.ofShared();
    private final Umem umem;
    private final XdpSocket socket;
    private final FrameSender sender;
    private XdpProgram program;

    private TrafficSocket(RingSizes sizes, int rxFrames, FrameTemplate template, FrameStamp stamp) {
        if (template.lengthBytes() > FRAME_SIZE) {
            throw new IllegalArgumentException(
                    "frame of " + template.lengthBytes() + " bytes; choose up to " + FRAME_SIZE);
        }
        try {
            umem = Umem.map(arena, sizes.tx() + rxFrames, FRAME_SIZE, HugePages.OFF);
            byte[] bytes = template.bytes();
            for (int i = 0; i < umem.frameCount(); i++) {
                MemorySegment.copy(bytes, 0, umem.memory(), ValueLayout.JAVA_BYTE, (long) i * FRAME_SIZE, bytes.length);
            }
            FramePool pool = new FramePool(umem);
            socket = XdpSocket.open(arena, umem, sizes);
            offer(pool, rxFrames);
            sender = new FrameSender(socket, umem.memory(), pool, stamp, bytes.length, arena);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void offer(FramePool pool, int count) {
        FillRing fill = socket.rings().fill();
        for (int i = 0; i < fill.reserve(count); i++) {
            fill.address(i, pool.take());
        }
        fill.submit(count);
    }

    /**
     * Opens a socket that only sends, on an interface of the calling thread's network namespace.
     *
     * @param copying whether it has to be in copy mode also where the driver has zero-copy mode
     */
    static TrafficSocket forSending(String interfaceName, FrameTemplate template, FrameStamp stamp, boolean copying) {
        return opened(new TrafficSocket(MANY, 0, template, stamp), interfaceName, null, copying ? XDP_COPY() : 0);
    }

    /**
     * Opens a socket that also receives what a rule matches.
     *
     * @param window frames on their way at most
     */
    static TrafficSocket forEchoes(
            String interfaceName, FrameTemplate template, FrameStamp stamp, List<AcceptRule> accept, int window) {
        NativeLibrary.LIBBPF.require();
        RingSizes sizes = LATE * window <= FEW.fill() ? FEW : MANY;
        return opened(new TrafficSocket(sizes, sizes.fill(), template, stamp), interfaceName, accept, 0);
    }

    private static TrafficSocket opened(
            TrafficSocket opened, String interfaceName, List<AcceptRule> accept, int flags) {
        try {
            int index = interfaceIndex(interfaceName);
            LinkLayer.requireEthernet(interfaceName);
            opened.bind(interfaceName, index, accept, flags);
            return opened;
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private void bind(String interfaceName, int interfaceIndex, List<AcceptRule> accept, int flags) {
        if (accept != null) {
            program = XdpProgram.load(accept, QUEUE + 1);
            program.attach(interfaceIndex, AttachMode.AUTO);
        }
        socket.bind(interfaceName, interfaceIndex, QUEUE, flags | XDP_USE_NEED_WAKEUP());
        if (accept != null) {
            program.register(QUEUE, socket.fd());
        }
    }

    private static int interfaceIndex(String name) {
        try {
            return Libc.ifNameToIndex(name);
        } catch (SystemCallException e) {
            throw new HostException("interface " + name + " is not there; ip link lists those that are", e);
        }
    }

    XdpSocket socket() {
        return socket;
    }

    MemorySegment memory() {
        return umem.memory();
    }

    Umem umem() {
        return umem;
    }

    FrameSender sender() {
        return sender;
    }

    Arena arena() {
        return arena;
    }

    /** Frames that the rules matched, and others. */
    XdpCounters counters() {
        return program == null ? NOTHING : program.counters();
    }

    @Override
    public void close() {
        if (program != null) {
            program.close();
        }
        if (socket != null) {
            socket.close();
        }
        arena.close();
    }
}
