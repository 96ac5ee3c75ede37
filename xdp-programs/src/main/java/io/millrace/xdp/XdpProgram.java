package io.millrace.xdp;

import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.libc.libc_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The accept program with its rules, for one interface: frames that a rule matches go to the AF_XDP socket registered
 * for the queue that they came in by, all others stay with the kernel.
 *
 * <p>Load, register the sockets, attach; in this order no frame misses its socket. The rules can be changed while
 * frames
 * flow. Cold; any thread may call. The interface is one of the network namespace of the thread that calls
 * {@link #attach}.
 *
 * <p>The program is held by a bpf_link that nothing pins: it leaves the interface with {@link #detach}, {@link #close},
 * or the end of the process, whatever ends it. Needs Linux 5.12 (bpf_link for XDP: 5.9).
 */
public final class XdpProgram implements AutoCloseable {

    private static final int MAX_QUEUES = 1 << 16;

    private final ProgramOptions options;
    private final int queueCount;
    private volatile List<AcceptRule> rules;

    // There are three locks, taken in this order, so that a thread that reads the counters never waits for the kernel.

    /** Makes changes of the rules happen one after the other. */
    private final Object changing = new Object();

    /** Guards the link, which is changed while the kernel waits until no CPU runs the old program. */
    private final Object attaching = new Object();

    private XdpLink link;

    // The object's own lock guards the rest.
    private BpfObject object;
    private BpfMap sockets;
    private BpfMap gates;
    private QueueCounters counters;
    /** Another engine's program that this one shares; null if its own program is on the interface. */
    private RunningProgram joined;

    private boolean closed;

    private XdpProgram(BpfObject object, int queueCount, ProgramOptions options, List<AcceptRule> rules) {
        this.options = options;
        this.queueCount = queueCount;
        use(object, rules);
    }

    private synchronized void use(BpfObject loaded, List<AcceptRule> accept) {
        object = loaded;
        rules = List.copyOf(accept);
        useOwnMaps();
    }

    private void useOwnMaps() {
        sockets = object.map("sockets");
        gates = object.map("gates");
        counters = QueueCounters.all(object.map("counters"), queueCount);
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
        return load(accept, queueCount, CellTable.MAX_CELLS, ProgramLoader.hasLoadBytes(), options);
    }

    /** For tests, which choose how rules are looked up and how bytes behind headers of varying length are read. */
    static XdpProgram load(List<AcceptRule> accept, int queueCount, long maxCells, boolean loadBytes) {
        return load(accept, queueCount, maxCells, loadBytes, ProgramOptions.PLAIN);
    }

    private static XdpProgram load(
            List<AcceptRule> accept, int queueCount, long maxCells, boolean loadBytes, ProgramOptions options) {
        if (queueCount < 1 || queueCount > MAX_QUEUES) {
            throw new IllegalArgumentException("queue count " + queueCount + "; must be 1 to " + MAX_QUEUES);
        }
        ProgramLoader loader = new ProgramLoader(options, maxCells, loadBytes);
        BpfObject object = loader.load(accept, unloaded -> {
            unloaded.maxEntries("sockets", queueCount);
            unloaded.maxEntries("gates", queueCount);
            unloaded.maxEntries("counters", queueCount);
        });
        try {
            return new XdpProgram(object, queueCount, options, accept);
        } catch (Throwable e) {
            object.close();
            throw e;
        }
    }

    /**
     * Changes the rules while frames flow. A second program with tables of its own is loaded around the same sockets
     * and counters, and then takes the first one's place between two frames of each queue: every frame is judged by the
     * old rules or by the new ones, whole, and counting goes on. When this returns, after tens of milliseconds or more,
     * the new rules judge all frames.
     *
     * @throws IllegalArgumentException if the rules make too large a table; the old ones stay in place
     * @throws XdpException             if the kernel refuses; the old ones stay in place
     * @throws IllegalStateException    after {@link #close}
     */
    public void accept(List<AcceptRule> accept) {
        synchronized (changing) {
            if (isJoined()) {
                throw new XdpException(
                        "the XDP program on the interface is another engine's, and its rules are not this"
                                + " one's to change; change them there, or give each engine an interface of its own");
            }
            replace(new ProgramLoader(options).load(accept, this::share), accept);
        }
    }

    private synchronized void share(BpfObject unloaded) {
        requireOpen();
        unloaded.reuse("sockets", sockets);
        unloaded.reuse("gates", gates);
        unloaded.reuse("counters", counters.map());
    }

    private void replace(BpfObject next, List<AcceptRule> accept) {
        BpfObject unused = next;
        synchronized (attaching) {
            try {
                requireOpen();
                if (link != null) {
                    link.update(next.programFd(ProgramLoader.PROGRAM));
                }
                unused = object;
                use(next, accept);
            } finally {
                unused.close();
            }
        }
    }

    /** The rules in place, as they were given. */
    public List<AcceptRule> rules() {
        return rules;
    }

    /**
     * Attaches the program to an interface.
     *
     * @param interfaceIndex of the calling thread's network namespace
     * @param mode           AUTO tries native mode first; a program that asks the driver is attached in native mode
     * alone
     * @return the mode that it is attached in, and why AUTO had to step down if it did
     * @throws XdpException          if the interface does not take it, or has another program
     * @throws IllegalStateException if it is attached already, or closed
     */
    public Attachment attach(int interfaceIndex, AttachMode mode) {
        synchronized (attaching) {
            requireOpen();
            if (link != null) {
                throw new IllegalStateException("XDP program is attached already; detach it first");
            }
            leaveOther();
            link = options.asksDriver()
                    ? attachToDriver(interfaceIndex)
                    : XdpLink.attach(programFd(), interfaceIndex, mode);
            return link.attachment();
        }
    }

    /**
     * As {@link #attach}; but if the interface has the program of another engine, with the same rules, this takes part
     * in it: sockets are registered there, and the program stays until the last of the engines has ended, however it
     * ends. Needs CAP_SYS_ADMIN for that.
     *
     * @throws XdpException as {@link #attach}, and if the other engine's rules, options or attach mode are not those
     *                      asked for; its program may take frames in several buffers though these do not
     */
    public Attachment attachOrJoin(int interfaceIndex, AttachMode mode) {
        synchronized (attaching) {
            return attachHereOrJoin(interfaceIndex, mode);
        }
    }

    private Attachment attachHereOrJoin(int interfaceIndex, AttachMode mode) {
        try {
            return attach(interfaceIndex, mode);
        } catch (XdpException e) {
            if (!e.isOccupied()) {
                throw e;
            }
            RunningProgram running = RunningProgram.find(programFd(), interfaceIndex);
            if (running == null) {
                throw e;
            }
            return join(running, mode);
        }
    }

    private synchronized Attachment join(RunningProgram running, AttachMode mode) {
        ProgramDifference difference = running.differenceFrom(object.programFd(ProgramLoader.PROGRAM));
        if (difference == null && mode != AttachMode.AUTO && mode != running.mode()) {
            difference = ProgramDifference.MODE;
        }
        if (difference != null) {
            running.close();
            throw XdpException.ofOtherEngine(difference);
        }
        joined = running;
        sockets = running.map("sockets");
        gates = running.map("gates");
        counters = QueueCounters.fromNow(running.map("counters"), queueCount);
        String reason = running.mode() == AttachMode.SKB && mode == AttachMode.AUTO
                ? "native mode: another engine attached the program in skb mode"
                : "";
        link = XdpLink.joined(new Attachment(running.mode(), reason), running.takeLink());
        return link.attachment();
    }

    /** Gives the program sockets and counters of its own again. */
    private synchronized void leaveOther() {
        if (joined != null) {
            joined.close();
            joined = null;
            useOwnMaps();
        }
    }

    /** Returns whether another engine attached the program, so that this one must not change its rules or detach it. */
    public synchronized boolean isJoined() {
        return joined != null;
    }

    private XdpLink attachToDriver(int interfaceIndex) {
        try {
            return XdpLink.attach(programFd(), interfaceIndex, AttachMode.NATIVE);
        } catch (XdpException e) {
            if (e.isOccupied()) {
                throw e;
            }
            throw new XdpException(e.getMessage() + ", and metadata = [], which takes native mode", e);
        }
    }

    /**
     * Returns the word by which the poller of a queue has its frames dropped before they get to the socket: they are
     * dropped while it is not 0. It is 0 when a socket is registered. The mapping is that of the program that is
     * attached now.
     *
     * @param queue counted from 0
     * @param arena unmaps it when it is closed
     * @return four bytes that the program reads for each frame
     */
    public synchronized MemorySegment gate(int queue, Arena arena) {
        requireOpen();
        requireQueue(queue);
        long offset = (long) queue * AcceptLayout.GATE_LENGTH;
        return Libc.mmap(
                        arena,
                        offset + AcceptLayout.GATE_LENGTH,
                        libc_h.PROT_READ() | libc_h.PROT_WRITE(),
                        libc_h.MAP_SHARED(),
                        gates.fd(),
                        0)
                .asSlice(offset, Integer.BYTES);
    }

    /**
     * From now on, accepted frames of a queue go to this socket. The kernel takes it out when the socket closes.
     *
     * @param queue    counted from 0
     * @param socketFd an AF_XDP socket, bound to that queue or soon to be
     * @throws XdpException if the descriptor is not that of an AF_XDP socket
     */
    public synchronized void register(int queue, int socketFd) {
        requireOpen();
        requireQueue(queue);
        openGate(queue);
        try {
            sockets.put(queue, socketFd);
        } catch (SystemCallException e) {
            boolean notXdp =
                    e.errno() == libc_h.EOPNOTSUPP() || e.errno() == libc_h.EBADF() || e.errno() == libc_h.ENOTSOCK();
            throw new XdpException(
                    "registering descriptor " + socketFd + " for queue " + queue + ": " + e.getMessage()
                            + (notXdp ? "; pass an open AF_XDP socket" : "; see the kernel log (dmesg)"),
                    e);
        }
    }

    /** Opens the gate of a queue, which an engine that was killed may have left shut. */
    private void openGate(int queue) {
        try (Arena arena = Arena.ofConfined()) {
            gates.put(arena.allocateFrom(ValueLayout.JAVA_INT, queue), arena.allocate(AcceptLayout.GATE_LENGTH));
        }
    }

    /**
     * From now on, all frames of a queue stay with the kernel. Does nothing if no socket is registered.
     *
     * @param queue counted from 0
     */
    public synchronized void unregister(int queue) {
        requireOpen();
        requireQueue(queue);
        sockets.remove(queue);
    }

    /**
     * Detaches the program from the interface, unless another engine shares it; the counters stay readable. Does
     * nothing if it is not attached.
     */
    public void detach() {
        synchronized (attaching) {
            if (link != null) {
                link.close();
                link = null;
            }
        }
    }

    /**
     * Reads the program's counters. Any thread may call this.
     *
     * @return the sum over all CPUs, which may count meanwhile: matched and passed are not from the same instant
     * @throws IllegalStateException after {@link #close}
     */
    public XdpCounters counters() {
        return counters(IntStream.range(0, queueCount).toArray());
    }

    /**
     * Reads the counters like {@link #counters()}, but counts only those frames for sockets that came by some queues,
     * since other engines may have the others.
     */
    public synchronized XdpCounters counters(int[] ownQueues) {
        requireOpen();
        return counters.of(ownQueues);
    }

    /**
     * Reads the counters like {@link #counters(int[])}, without the frames that stayed with the kernel; it only reads
     * the counters of these queues.
     */
    public synchronized XdpCounters socketCounters(int[] ownQueues) {
        requireOpen();
        return counters.ofSockets(ownQueues);
    }

    /** The program's descriptor, for tests that run it on bytes of their own. */
    synchronized int programFd() {
        return object.programFd(ProgramLoader.PROGRAM);
    }

    private void requireQueue(int queue) {
        if (queue < 0 || queue >= queueCount) {
            throw new IllegalArgumentException(
                    "queue " + queue + "; the program was loaded for queues 0 to " + (queueCount - 1));
        }
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("XDP program is closed");
        }
    }

    /** Detaches, and frees program and maps. Calling it again does nothing. */
    @Override
    public void close() {
        synchronized (attaching) {
            detach();
            release();
        }
    }

    private synchronized void release() {
        if (!closed) {
            closed = true;
            if (joined != null) {
                joined.close();
            }
            object.close();
        }
    }
}
