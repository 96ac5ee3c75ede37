package io.millrace.afxdp;

import static io.millrace.bindings.libc.libc_h.AF_XDP;
import static io.millrace.bindings.libc.libc_h.EAFNOSUPPORT;
import static io.millrace.bindings.libc.libc_h.EBUSY;
import static io.millrace.bindings.libc.libc_h.EINVAL;
import static io.millrace.bindings.libc.libc_h.EOPNOTSUPP;
import static io.millrace.bindings.libc.libc_h.EPERM;
import static io.millrace.bindings.libc.libc_h.MAP_POPULATE;
import static io.millrace.bindings.libc.libc_h.MAP_SHARED;
import static io.millrace.bindings.libc.libc_h.PROT_READ;
import static io.millrace.bindings.libc.libc_h.PROT_WRITE;
import static io.millrace.bindings.libc.libc_h.SOCK_CLOEXEC;
import static io.millrace.bindings.libc.libc_h.SOCK_RAW;
import static io.millrace.bindings.libc.libc_h.SOL_XDP;
import static io.millrace.bindings.xdp.xdp_h.XDP_MAX_TX_SKB_BUDGET;
import static io.millrace.bindings.xdp.xdp_h.XDP_MMAP_OFFSETS;
import static io.millrace.bindings.xdp.xdp_h.XDP_OPTIONS;
import static io.millrace.bindings.xdp.xdp_h.XDP_OPTIONS_ZEROCOPY;
import static io.millrace.bindings.xdp.xdp_h.XDP_PGOFF_RX_RING;
import static io.millrace.bindings.xdp.xdp_h.XDP_PGOFF_TX_RING;
import static io.millrace.bindings.xdp.xdp_h.XDP_RX_RING;
import static io.millrace.bindings.xdp.xdp_h.XDP_SHARED_UMEM;
import static io.millrace.bindings.xdp.xdp_h.XDP_STATISTICS;
import static io.millrace.bindings.xdp.xdp_h.XDP_TX_RING;
import static io.millrace.bindings.xdp.xdp_h.XDP_UMEM_COMPLETION_RING;
import static io.millrace.bindings.xdp.xdp_h.XDP_UMEM_FILL_RING;
import static io.millrace.bindings.xdp.xdp_h.XDP_UMEM_PGOFF_COMPLETION_RING;
import static io.millrace.bindings.xdp.xdp_h.XDP_UMEM_PGOFF_FILL_RING;
import static io.millrace.bindings.xdp.xdp_h.XDP_USE_SG;

import io.millrace.HostException;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.xdp.sockaddr_xdp;
import io.millrace.bindings.xdp.xdp_mmap_offsets;
import io.millrace.bindings.xdp.xdp_options;
import io.millrace.bindings.xdp.xdp_ring_offset;
import io.millrace.bindings.xdp.xdp_statistics;
import io.millrace.ring.CompletionRing;
import io.millrace.ring.FillRing;
import io.millrace.ring.RingOffsets;
import io.millrace.ring.RxRing;
import io.millrace.ring.TxRing;
import io.millrace.ring.Umem;
import io.millrace.spi.EngineLog;
import io.millrace.spi.Uninterrupted;
import io.millrace.statistics.KernelStatistics;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;
import org.slf4j.Logger;

/**
 * One AF_XDP socket with its four rings, from {@code socket()} to {@code close()}. The order of the calls is that of
 * {@code Documentation/networking/af_xdp.rst}. Cold; one thread at a time, except {@link #statistics}.
 */
public final class XdpSocket implements AutoCloseable {
    /**
     * How long a bind waits for a busy queue: the kernel frees a queue some tens of milliseconds after its socket was
     * closed.
     */
    static final long BUSY_PATIENCE_NS = 1_000_000_000;

    private static final Logger LOG = EngineLog.of(XdpSocket.class);
    private static final int DESCRIPTOR_LENGTH = 16;
    private static final int ADDRESS_LENGTH = 8;
    /** How many frames a wake-up sends on kernels before 6.17 ({@code TX_BATCH_SIZE}, net/xdp/xsk.c). */
    private static final int LEAST_TX_BUDGET = 32;

    private final int fd;
    private final XdpRings rings;
    private final int txBudget;
    private long busyPatienceNs = BUSY_PATIENCE_NS;
    private State state = State.OPEN;

    /** The states in the life of a socket. */
    private enum State {
        /** Its rings are mapped. */
        OPEN,
        /** It is bound to a queue. */
        BOUND,
        /** The interface is gone, and the kernel has unbound it. */
        UNBOUND,
        CLOSED
    }

    private XdpSocket(int fd, Arena arena, Umem umem, RingSizes sizes) {
        this.fd = fd;
        setSize(XDP_UMEM_FILL_RING(), sizes.fill());
        setSize(XDP_UMEM_COMPLETION_RING(), sizes.completion());
        setSize(XDP_RX_RING(), sizes.rx());
        setSize(XDP_TX_RING(), sizes.tx());
        txBudget = raiseTxBudget(sizes.tx());
        MemorySegment offsets = xdp_mmap_offsets.allocate(arena);
        Libc.getsockopt(fd, SOL_XDP(), XDP_MMAP_OFFSETS(), offsets);
        RingOffsets fillOffsets = offsets(xdp_mmap_offsets.fr(offsets));
        RingOffsets rxOffsets = offsets(xdp_mmap_offsets.rx(offsets));
        RingOffsets txOffsets = offsets(xdp_mmap_offsets.tx(offsets));
        RingOffsets completionOffsets = offsets(xdp_mmap_offsets.cr(offsets));
        FillRing fill = new FillRing(
                map(arena, XDP_UMEM_PGOFF_FILL_RING(), fillOffsets, sizes.fill(), ADDRESS_LENGTH),
                fillOffsets,
                sizes.fill());
        RxRing rx = new RxRing(
                map(arena, XDP_PGOFF_RX_RING(), rxOffsets, sizes.rx(), DESCRIPTOR_LENGTH),
                rxOffsets,
                sizes.rx(),
                umem.unaligned());
        TxRing tx = new TxRing(
                map(arena, Integer.toUnsignedLong(XDP_PGOFF_TX_RING()), txOffsets, sizes.tx(), DESCRIPTOR_LENGTH),
                txOffsets,
                sizes.tx());
        CompletionRing completion = new CompletionRing(
                map(arena, XDP_UMEM_PGOFF_COMPLETION_RING(), completionOffsets, sizes.completion(), ADDRESS_LENGTH),
                completionOffsets,
                sizes.completion());
        rings = new XdpRings(fill, rx, tx, completion);
    }

    /**
     * Opens a socket that registers a UMEM, and maps its rings. It is not bound yet.
     *
     * @param arena owns the rings' mappings; the socket has to be closed before it
     * @throws HostException if the kernel refuses
     */
    public static XdpSocket open(Arena arena, Umem umem, RingSizes sizes) {
        return open(arena, umem, 0, sizes);
    }

    /**
     * Opens a socket like {@link #open(Arena, Umem, RingSizes)}, with room in front of frames.
     *
     * @param headroom the bytes that the kernel leaves free in front of each received frame, beside its own 256
     */
    public static XdpSocket open(Arena arena, Umem umem, int headroom, RingSizes sizes) {
        return open(arena, umem, headroom, 0, sizes);
    }

    /**
     * Opens a socket like {@link #open(Arena, Umem, int, RingSizes)}, with room for transmit metadata.
     *
     * @param metadataLength the length of the metadata right in front of each frame to be sent, a multiple of 8; 0 for
     *                       none
     */
    static XdpSocket open(Arena arena, Umem umem, int headroom, int metadataLength, RingSizes sizes) {
        return opened(arena, sizes, umem, fd -> UmemRegistration.register(fd, umem, headroom, metadataLength));
    }

    /** Opens a socket for a UMEM that another socket has registered; {@link #bindShared} then names that socket. */
    public static XdpSocket openShared(Arena arena, Umem umem, RingSizes sizes) {
        return opened(arena, sizes, umem, fd -> {});
    }

    private static XdpSocket opened(Arena arena, RingSizes sizes, Umem umem, IntConsumer register) {
        int fd = socket();
        try {
            register.accept(fd);
            return new XdpSocket(fd, arena, umem, sizes);
        } catch (Throwable e) {
            Libc.close(fd);
            throw e;
        }
    }

    private static int socket() {
        try {
            return Libc.socket(AF_XDP(), SOCK_RAW() | SOCK_CLOEXEC(), 0);
        } catch (SystemCallException e) {
            if (e.errno() == EAFNOSUPPORT()) {
                throw new HostException(
                        "this kernel has no AF_XDP sockets, or a service manager forbids the family;"
                                + " use Linux 5.12 or newer with CONFIG_XDP_SOCKETS, and allow AF_XDP in"
                                + " RestrictAddressFamilies",
                        e);
            }
            if (e.errno() == EPERM()) {
                throw new HostException(
                        "AF_XDP sockets need CAP_NET_RAW; run as root, or give the JVM CAP_NET_RAW,"
                                + " CAP_NET_ADMIN, CAP_BPF and CAP_IPC_LOCK",
                        e);
            }
            throw new HostException("an AF_XDP socket can't be opened (" + e.getMessage() + "); see the kernel log", e);
        }
    }

    /**
     * Lets one wake-up send a whole TX ring in copy mode, instead of 32 frames ({@code TX_BATCH_SIZE}, net/xdp/xsk.c).
     * Kernels before 6.17 do not have this option, and rings of fewer than 32 entries can't have it: both stay at 32.
     */
    private int raiseTxBudget(int frames) {
        try {
            setSize(XDP_MAX_TX_SKB_BUDGET(), frames);
            return frames;
        } catch (SystemCallException e) {
            LOG.debug("a wake-up sends {} frames at most: {}", LEAST_TX_BUDGET, e.getMessage());
            return LEAST_TX_BUDGET;
        }
    }

    private void setSize(int option, int size) {
        Libc.setsockopt(fd, SOL_XDP(), option, size);
    }

    private static RingOffsets offsets(MemorySegment ring) {
        return new RingOffsets(
                xdp_ring_offset.producer(ring),
                xdp_ring_offset.consumer(ring),
                xdp_ring_offset.flags(ring),
                xdp_ring_offset.desc(ring));
    }

    private MemorySegment map(Arena arena, long pageOffset, RingOffsets offsets, int size, int entryLength) {
        return Libc.mmap(
                arena,
                offsets.descriptors() + (long) size * entryLength,
                PROT_READ() | PROT_WRITE(),
                MAP_SHARED() | MAP_POPULATE(),
                fd,
                pageOffset);
    }

    /** Sets how long a bind waits for a queue that another socket holds; by default a second. */
    void waitForQueue(long patienceNs) {
        busyPatienceNs = patienceNs;
    }

    /**
     * Binds to a queue of an interface.
     *
     * @param flags the bits of {@code sxdp_flags}
     * @throws HostException if another socket holds the queue, or the driver can't do what the flags force
     */
    public void bind(String interfaceName, int interfaceIndex, int queue, int flags) {
        bind(interfaceName, interfaceIndex, queue, flags, 0);
    }

    /** Binds to a queue with the UMEM and in the mode of a socket that is already bound. */
    public void bindShared(String interfaceName, int interfaceIndex, int queue, XdpSocket owner) {
        bind(interfaceName, interfaceIndex, queue, XDP_SHARED_UMEM(), owner.fd);
    }

    private void bind(String interfaceName, int interfaceIndex, int queue, int flags, int umemFd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = sockaddr_xdp.allocate(arena);
            sockaddr_xdp.sxdp_family(address, (short) AF_XDP());
            sockaddr_xdp.sxdp_flags(address, (short) flags);
            sockaddr_xdp.sxdp_ifindex(address, interfaceIndex);
            sockaddr_xdp.sxdp_queue_id(address, queue);
            sockaddr_xdp.sxdp_shared_umem_fd(address, umemFd);
            bindPatiently(address);
        } catch (SystemCallException e) {
            String place = "queue " + queue + " of " + interfaceName;
            if (e.errno() == EBUSY()) {
                throw HostException.dueTo(
                        "queues",
                        place + " is held by another AF_XDP socket (EBUSY); stop its"
                                + " process, or choose another queue",
                        e);
            }
            boolean isSegmented = (flags & XDP_USE_SG()) != 0;
            if (e.errno() == EOPNOTSUPP()) {
                throw HostException.dueTo(
                        "copy",
                        "the driver of " + interfaceName + " has no zero-copy mode"
                                + (isSegmented ? ", or none for frames in several segments" : "")
                                + " (EOPNOTSUPP); set copy = auto or copy",
                        e);
            }
            if (e.errno() == EINVAL() && isSegmented) {
                throw HostException.dueTo(
                        "multi-buffer",
                        place + " can't be bound for frames in several segments"
                                + " (EINVAL); use Linux 6.6 or newer, or set multi-buffer = off",
                        e);
            }
            throw HostException.dueTo(
                    "queues", place + " can't be bound (" + e.getMessage() + "); see the kernel log", e);
        }
    }

    private void bindPatiently(MemorySegment address) {
        Uninterrupted.whileBusy(
                busyPatienceNs, e -> e instanceof SystemCallException call && call.errno() == EBUSY(), () -> {
                    Libc.bind(fd, address);
                    return null;
                });
        state = State.BOUND;
    }

    /** Returns whether the kernel granted zero-copy mode, as {@code XDP_OPTIONS} says. */
    public boolean zeroCopy() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options = xdp_options.allocate(arena);
            Libc.getsockopt(fd, SOL_XDP(), XDP_OPTIONS(), options);
            return (xdp_options.flags(options) & XDP_OPTIONS_ZEROCOPY()) != 0;
        }
    }

    /**
     * Reads the kernel's counters; any thread may call this. Kernels before 5.9 only fill three of them, the others
     * stay 0.
     */
    public KernelStatistics statistics() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statistics = xdp_statistics.allocate(arena);
            Libc.getsockopt(fd, SOL_XDP(), XDP_STATISTICS(), statistics);
            return new KernelStatistics(
                    xdp_statistics.rx_dropped(statistics),
                    xdp_statistics.rx_ring_full(statistics),
                    xdp_statistics.rx_fill_ring_empty_descs(statistics),
                    xdp_statistics.rx_invalid_descs(statistics),
                    xdp_statistics.tx_invalid_descs(statistics),
                    xdp_statistics.tx_ring_empty_descs(statistics),
                    0);
        }
    }

    /** The most frames that the kernel sends in one wake-up in copy mode. */
    public int txBudget() {
        return txBudget;
    }

    public int fd() {
        return fd;
    }

    /** Returns whether the socket is bound to a queue, so that others can share its UMEM. */
    boolean isBound() {
        return state == State.BOUND;
    }

    /** Notes that the interface is gone, and that the kernel has unbound the socket. */
    void loseQueue() {
        if (state == State.BOUND) {
            state = State.UNBOUND;
        }
    }

    /** The rings, for the one thread that owns them. */
    public XdpRings rings() {
        return rings;
    }

    /**
     * Ends the kernel's use of the UMEM's frames. The rings stay readable until the arena closes. Calling it again does
     * nothing.
     */
    @Override
    public void close() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            Libc.close(fd);
        }
    }
}
