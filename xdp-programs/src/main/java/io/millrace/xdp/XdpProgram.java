package io.millrace.xdp;

import io.millrace.bindings.BpfCalls;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.bpf.bpf_h;
import io.millrace.bindings.libc.libc_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;

/**
 * The accept program with its rules, for one interface: frames that a rule matches go to the AF_XDP socket registered
 * for the queue that they came in by, all others stay with the kernel.
 *
 * <p>Load, register the sockets, attach; in this order no frame misses its socket. Cold; one thread at a time, except
 * {@link #counters}, which any thread may call. The interface is one of the network namespace of the thread that calls
 * {@link #attach}.
 *
 * <p>The program is held by a bpf_link that nothing pins: it leaves the interface with {@link #detach}, {@link #close},
 * or the end of the process, whatever ends it. Needs Linux 5.12 (bpf_link for XDP: 5.9).
 */
public final class XdpProgram implements AutoCloseable {

    // Rules could later be changed while frames flow: load a second object around the same socket and counter maps
    // (bpf_map__reuse_fd), then bpf_link_update swaps the program with its tables between two frames.

    private static final int MAX_QUEUES = 1 << 16;

    private static final String NAME = "accept";

    private final BpfObject object;
    private final ProgramOptions options;
    private final BpfMap sockets;
    private final BpfMap counters;
    private final int queueCount;
    private final int cpuCount;
    private XdpLink link;
    private boolean closed;

    private XdpProgram(BpfObject object, int queueCount, ProgramOptions options) {
        this.object = object;
        this.options = options;
        this.queueCount = queueCount;
        sockets = object.map("sockets");
        counters = object.map("counters");
        cpuCount = bpf_h.libbpf_num_possible_cpus();
    }

    /**
     * Loads the program and the tables of its rules into the kernel.
     *
     * @param accept     frames that any of these matches are accepted; every frame if there are none
     * @param queueCount RX queues of the interface
     * @return the program, attached to nothing yet, for the caller to close
     * @throws IllegalArgumentException if the rules make too large a table, or the queue count is out of range
     * @throws XdpException             if the kernel refuses, mostly for want of privileges
     */
    public static XdpProgram load(List<AcceptRule> accept, int queueCount) {
        return load(accept, queueCount, ProgramOptions.PLAIN);
    }

    /** Loads the program with options. */
    public static XdpProgram load(List<AcceptRule> accept, int queueCount, ProgramOptions options) {
        return load(accept, queueCount, CellTable.MAX_CELLS, options);
    }

    /** For tests of both ways to look rules up. */
    static XdpProgram load(List<AcceptRule> accept, int queueCount, long maxCells) {
        return load(accept, queueCount, maxCells, ProgramOptions.PLAIN);
    }

    private static XdpProgram load(List<AcceptRule> accept, int queueCount, long maxCells, ProgramOptions options) {
        if (queueCount < 1 || queueCount > MAX_QUEUES) {
            throw new IllegalArgumentException("queue count " + queueCount + "; must be 1 to " + MAX_QUEUES);
        }
        AcceptTables tables = new AcceptTables(CompiledRules.compile(accept), maxCells);
        BpfObject object = load(options, unloaded -> {
            unloaded.maxEntries("sockets", queueCount);
            tables.prepare(unloaded);
        });
        try {
            tables.fill(object);
            return new XdpProgram(object, queueCount, options);
        } catch (SystemCallException e) {
            object.close();
            throw new XdpException(
                "filling the tables of the accept rules: " + e.getMessage() + "; use fewer rules, or free memory", e);
        }
    }

    private static BpfObject load(ProgramOptions options, Consumer<BpfObject> beforeLoad) {
        int frags = options.frags() ? bpf_h.BPF_F_XDP_HAS_FRAGS() : 0;
        if (!options.asksDriver()) {
            return BpfObject.load("/bpf/accept.bpf.o", XdpProgram.class, unloaded -> {
                beforeLoad.accept(unloaded);
                unloaded.flags(NAME, frags);
            });
        }
        try (Arena arena = Arena.ofConfined()) {
            int hints = options.hints().stream().mapToInt(Hint::bit).sum();
            return BpfObject.load("/bpf/metadata.bpf.o", XdpProgram.class, unloaded -> {
                beforeLoad.accept(unloaded);
                unloaded.initialValue(".rodata.metadata", arena.allocateFrom(ValueLayout.JAVA_INT, hints));
                unloaded.flags(NAME, frags | BpfCalls.BPF_F_XDP_DEV_BOUND_ONLY);
                unloaded.bindTo(NAME, options.interfaceIndex());
            });
        } catch (XdpException e) {
            throw new XdpException(e.getMessage() + "; metadata takes Linux 6.3 (vlan: 6.8) with BTF, set metadata = []"
                + " to go without", e);
        }
    }

    /**
     * Attaches the program to an interface.
     *
     * @param interfaceIndex of the calling thread's network namespace
     * @param mode           AUTO tries native mode first, and logs why if it has to step down; a program that asks the
     *                       driver is attached in native mode alone
     * @return the mode that it is attached in
     * @throws XdpException          if the interface does not take it, or has another program
     * @throws IllegalStateException if it is attached already, or closed
     */
    public Attachment attach(int interfaceIndex, AttachMode mode) {
        requireOpen();
        if (link != null) {
            throw new IllegalStateException("XDP program is attached already; detach it first");
        }
        link = options.asksDriver() ? attachToDriver(interfaceIndex)
            : XdpLink.attach(object.programFd(NAME), interfaceIndex, mode);
        return link.attachment();
    }

    private XdpLink attachToDriver(int interfaceIndex) {
        try {
            return XdpLink.attach(object.programFd(NAME), interfaceIndex, AttachMode.NATIVE);
        } catch (XdpException e) {
            if (e.isOccupied()) {
                throw e;
            }
            throw new XdpException(e.getMessage() + ", and metadata = [], which takes native mode", e);
        }
    }

    /**
     * From now on, accepted frames of a queue go to this socket. The kernel takes it out when the socket closes.
     *
     * @param queue    counted from 0
     * @param socketFd an AF_XDP socket, bound to that queue or soon to be
     * @throws XdpException if the descriptor is none
     */
    public void register(int queue, int socketFd) {
        requireOpen();
        requireQueue(queue);
        try {
            sockets.put(queue, socketFd);
        } catch (SystemCallException e) {
            boolean notXdp = e.errno() == libc_h.EOPNOTSUPP() || e.errno() == libc_h.EBADF()
                || e.errno() == libc_h.ENOTSOCK();
            throw new XdpException("registering descriptor " + socketFd + " for queue " + queue + ": " + e.getMessage()
                + (notXdp ? "; pass an open AF_XDP socket" : "; see the kernel log (dmesg)"), e);
        }
    }

    /**
     * From now on, all frames of a queue stay with the kernel. Does nothing if no socket is registered.
     *
     * @param queue counted from 0
     */
    public void unregister(int queue) {
        requireOpen();
        requireQueue(queue);
        sockets.remove(queue);
    }

    /** Takes the program off the interface; the counters stay readable. Does nothing if it is not attached. */
    public void detach() {
        if (link != null) {
            link.close();
            link = null;
        }
    }

    /**
     * What the program did until now. Any thread.
     *
     * @return a sum over CPUs that may count while it is taken: matched and passed are not of one instant
     * @throws IllegalStateException after {@link #close}
     */
    public synchronized XdpCounters counters() {
        requireOpen();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment perCpu = arena.allocate((long) cpuCount * AcceptLayout.COUNTERS_LENGTH, Long.BYTES);
            counters.get(arena.allocateFrom(ValueLayout.JAVA_INT, 0), perCpu);
            return AcceptLayout.readCounters(perCpu, cpuCount);
        }
    }

    /** For tests that run the program on bytes of their own. */
    int programFd() {
        return object.programFd(NAME);
    }

    private void requireQueue(int queue) {
        if (queue < 0 || queue >= queueCount) {
            throw new IllegalArgumentException(
                "queue " + queue + "; the program was loaded for queues 0 to " + (queueCount - 1));
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("XDP program is closed");
        }
    }

    /** Detaches, and frees program and maps. Calling it again does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            detach();
            object.close();
        }
    }
}
