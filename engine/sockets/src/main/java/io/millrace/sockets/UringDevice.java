package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.MAP_ANONYMOUS;
import static io.millrace.bindings.libc.libc_h.MAP_POPULATE;
import static io.millrace.bindings.libc.libc_h.MAP_PRIVATE;
import static io.millrace.bindings.libc.libc_h.PROT_READ;
import static io.millrace.bindings.libc.libc_h.PROT_WRITE;
import static io.millrace.bindings.uring.uring_h.IORING_REGISTER_BUFFERS2;
import static io.millrace.bindings.uring.uring_h.IORING_REGISTER_ENABLE_RINGS;
import static io.millrace.bindings.uring.uring_h.IORING_REGISTER_FILES;
import static io.millrace.bindings.uring.uring_h.IORING_REGISTER_PBUF_RING;
import static io.millrace.bindings.uring.uring_h.IORING_UNREGISTER_FILES;

import io.millrace.HostException;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.UringCalls;
import io.millrace.bindings.libc.iovec;
import io.millrace.bindings.uring.io_uring_buf_reg;
import io.millrace.bindings.uring.io_uring_rsrc_register;
import io.millrace.ring.BufferRing;
import io.millrace.ring.Umem;
import io.millrace.spi.EventDevice;
import io.millrace.spi.EventLoop;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.Port;
import io.millrace.spi.PortContext;
import io.millrace.spi.SleepLimit;
import io.millrace.statistics.UringStatistics;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.IdleStrategy;

/**
 * A poller's io_uring from set-up to close, and what is registered with it. Cold; the duty cycle uses the {@link Uring}
 * itself.
 */
public final class UringDevice implements EventDevice {
    private static final long PATIENCE_NS = 2_000_000_000;
    private static final int DOWNCALLS = 20_000;
    private static final int NO_RING = -1;
    /** {@code io_sqe_buffer_register}, io_uring/rsrc.c. */
    private static final long LARGEST_BUFFER = 1L << 30;

    private final MemorySegment struct;
    private final Arena arena;
    private final Uring uring;
    private final UringFeatures features;
    private final TaskRun mode;
    private final String report;
    private final SpareDescriptors spares = new SpareDescriptors();
    private final List<Umem> buffers = new ArrayList<>();
    private final List<Integer> files = new ArrayList<>();
    private int bufferRings;
    private boolean filesRegistered;
    private volatile boolean quiet;
    /** Whether no thread submits any more. */
    private boolean ended;
    /** Whether it is to be closed as soon as that is so. */
    private boolean closing;

    private boolean closed;
    private UringStatistics last;

    UringDevice(MemorySegment struct, Arena arena, Uring uring, UringFeatures features, TaskRun mode, String report) {
        this.struct = struct;
        this.arena = arena;
        this.uring = uring;
        this.features = features;
        this.mode = mode;
        this.report = report;
    }

    /** Returns the io_uring of a poller, which all its sockets share. */
    static UringDevice of(PortContext context) {
        return context.ofPoller(UringDevice.class, () -> UringOpener.open(context.engine(), context.counters()));
    }

    /**
     * Calls the downcalls often: a method handle rewrites itself after some hundred calls, which allocates, so that is
     * done before there are frames.
     */
    static void warmUp() {
        for (int i = 0; i < DOWNCALLS; i++) {
            UringCalls.enter(NO_RING, 0, 0, 0, MemorySegment.NULL, 0);
        }
    }

    @Override
    public EventLoop loop() {
        return uring;
    }

    @Override
    public IdleStrategy newWait(Port[] ports, SleepLimit limit) {
        UringWait wait = new UringWait(uring, ports, limit);
        uring.add(UserData.WAITER, wait);
        return wait;
    }

    Uring uring() {
        return uring;
    }

    UringFeatures features() {
        return features;
    }

    /** The task-run mode that the kernel granted. */
    String mode() {
        return mode.toString();
    }

    /** The granted features, as text for the log. */
    @Override
    public String toString() {
        return report;
    }

    /** A buffer ring's memory and the id of its group. */
    record ProvidedBuffers(BufferRing ring, int group) {}

    /**
     * Registers an empty ring of provided buffers.
     *
     * @param size the number of entries, a power of two, at most 32768
     */
    ProvidedBuffers provideBuffers(Umem umem, int size) {
        uring.wakeAt(size / 2); // a sleep that lasts until all are filled would be too long
        int group = bufferRings++;
        MemorySegment memory = Libc.mmap(
                arena,
                (long) size * BufferRing.ENTRY_LENGTH,
                PROT_READ() | PROT_WRITE(),
                MAP_PRIVATE() | MAP_ANONYMOUS() | MAP_POPULATE(),
                -1,
                0);
        try (Arena call = Arena.ofConfined()) {
            MemorySegment registration = io_uring_buf_reg.allocate(call);
            io_uring_buf_reg.ring_addr(registration, memory.address());
            io_uring_buf_reg.ring_entries(registration, size);
            io_uring_buf_reg.bgid(registration, (short) group);
            UringCalls.register(uring.fd(), IORING_REGISTER_PBUF_RING(), registration, 1);
        }
        return new ProvidedBuffers(new BufferRing(memory, umem, size), group);
    }

    /**
     * Notes memory that is to be registered for sends without a copy; returns its index.
     *
     * @throws HostException if it is larger than the kernel allows
     */
    int registerBuffer(String portName, Umem umem) {
        if (umem.lengthBytes() > LARGEST_BUFFER) {
            throw new HostException(
                    "port " + portName + ": " + umem.lengthBytes() + " bytes of frames are more than the"
                            + " kernel registers for sends without a copy, " + LARGEST_BUFFER
                            + "; set fewer frames, or zero-copy-above = off");
        }
        buffers.add(umem);
        return buffers.size() - 1;
    }

    /** The spare descriptors of the poller, which the first accepting port opens. */
    SpareDescriptors spareDescriptors() {
        return spares;
    }

    /** Notes a descriptor that is to be registered, so that operations need not look it up; returns its index. */
    int registerFile(int fd) {
        files.add(fd);
        return files.size() - 1;
    }

    /** {@inheritDoc} Registers what the ports have noted: the kernel takes each kind in one table. */
    @Override
    public void portsOpened() {
        try (Arena call = Arena.ofConfined()) {
            if (!files.isEmpty()) {
                MemorySegment table = call.allocateFrom(
                        ValueLayout.JAVA_INT,
                        files.stream().mapToInt(Integer::intValue).toArray());
                registerFiles(table);
            }
            if (!buffers.isEmpty()) {
                registerBuffers(call);
            }
        }
    }

    private void registerFiles(MemorySegment table) {
        try {
            UringCalls.register(uring.fd(), IORING_REGISTER_FILES(), table, files.size());
            filesRegistered = true;
        } catch (SystemCallException e) {
            throw new HostException(
                    "io_uring refuses the ports' " + files.size() + " sockets (" + e.getMessage()
                            + "); raise `ulimit -n`, or set fewer ports or connections",
                    e);
        }
    }

    private void registerBuffers(Arena call) {
        MemorySegment vectors = iovec.allocateArray(buffers.size(), call);
        for (int i = 0; i < buffers.size(); i++) {
            MemorySegment vector = iovec.asSlice(vectors, i);
            iovec.iov_base(vector, buffers.get(i).memory());
            iovec.iov_len(vector, buffers.get(i).lengthBytes());
        }
        MemorySegment registration = io_uring_rsrc_register.allocate(call);
        io_uring_rsrc_register.nr(registration, buffers.size());
        io_uring_rsrc_register.data(registration, vectors.address());
        try {
            UringCalls.register(
                    uring.fd(), IORING_REGISTER_BUFFERS2(), registration, (int) io_uring_rsrc_register.sizeof());
        } catch (SystemCallException e) {
            throw new HostException(
                    "the frames of ports that send without a copy, "
                            + buffers.stream().mapToLong(Umem::lengthBytes).sum()
                            + " bytes, can't be locked in memory ("
                            + e.getMessage() + "); raise `ulimit -l`, give the JVM CAP_IPC_LOCK, set fewer frames, or"
                            + " zero-copy-above = off",
                    e);
        }
    }

    /** {@inheritDoc} That thread becomes the only one that submits. */
    @Override
    public void enable() {
        UringCalls.register(uring.fd(), IORING_REGISTER_ENABLE_RINGS(), MemorySegment.NULL, 0);
    }

    /** {@inheritDoc} The kernel lets go of the sockets, too. */
    @Override
    public void quiesce(FrameInlet inlet) {
        if (ended) { // by an attempt that failed after that
            return;
        }
        quiet = uring.quiesce(inlet, PATIENCE_NS);
        try {
            if (quiet) { // otherwise older kernels would wait for what is under way
                unregisterFiles();
            }
        } finally {
            end();
        }
    }

    /** For a poller that a stage held up beyond the engine's stop, this is the only end that the ring has. */
    private synchronized void end() {
        ended = true;
        if (closing) {
            close();
        }
    }

    /** The kernel ends a ring in the background, and would keep the sockets and their addresses busy until then. */
    private void unregisterFiles() {
        if (filesRegistered) {
            filesRegistered = false;
            UringCalls.register(uring.fd(), IORING_UNREGISTER_FILES(), MemorySegment.NULL, 0);
        }
    }

    @Override
    public long patienceNs() {
        return PATIENCE_NS;
    }

    /**
     * {@inheritDoc} It has not if the poller did not end, or if the notification of a send without a copy has not come.
     */
    @Override
    public boolean isQuiet() {
        return quiet;
    }

    @Override
    public synchronized Optional<UringStatistics> uringStatistics() {
        return Optional.of(last != null ? last : uring.statistics());
    }

    /** {@inheritDoc} What is still under way the kernel ends by itself, and lets go of its memory after that. */
    @Override
    public synchronized void close() {
        closing = true;
        if (closed || !ended) {
            return;
        }
        closed = true;
        last = uring.statistics();
        spares.close();
        UringCalls.queueExit(struct);
        arena.close();
    }

    @Override
    public synchronized void abandon() {
        quiet = true;
        ended = true;
        try {
            unregisterFiles();
        } finally {
            close();
        }
    }
}
