package io.millrace.afxdp;

import io.millrace.TransmitListener;
import io.millrace.bindings.xdp.xdp_h;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import io.millrace.ring.KernelSide;
import io.millrace.ring.RingMemory;
import io.millrace.ring.SegmentChains;
import io.millrace.ring.Umem;
import io.millrace.ring.XdpDescriptor;
import io.millrace.spi.PortLink;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import io.millrace.xdp.TransmitOffload;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** A real AF_XDP port over plain memory; the test turns the kernel's side by hand. Used by one thread only. */
public final class CrankedPort {
    public static final int FRAME_SIZE = 2048;
    private static final int NO_SOCKET = -1;

    /** What the kernel was given to send. */
    public record Sent(long address, byte[] bytes) {}

    /**
     * What may be asked for frames that leave by the port ({@code tx-metadata}), which of it the driver does, and the
     * listener for time stamps.
     */
    public record Offer(
            Set<TransmitOffload> asked, Set<TransmitOffload> byDriver, boolean zeroCopy, TransmitListener listener) {
        /** An offer in copy mode. */
        public static Offer software(TransmitListener listener, TransmitOffload... asked) {
            return new Offer(Set.of(asked), Set.of(), false, listener);
        }

        /** An offer in zero-copy mode with a driver that does everything. */
        public static Offer driver(TransmitListener listener, TransmitOffload... asked) {
            return new Offer(Set.of(asked), Set.of(asked), true, listener);
        }
    }

    /** What the kernel was given to send, with what is asked of it in front; all 0 without the option that says so. */
    public record Asked(
            long address,
            byte[] bytes,
            int options,
            long flags,
            int checksumStart,
            int checksumOffset,
            long launchNs) {}

    private final Umem umem;
    private final UmemUsers users;
    private final FramePool pool;
    private final PortCounters counters;
    private final KernelSide kernel;
    /** Null where frames have one segment each. */
    private final SegmentChains chains;

    private final XdpQueue queue;
    private final AfXdpPort port;

    public CrankedPort(Arena arena, int id, int frames, int ringSize, int batch) {
        this(arena, id, frames, ringSize, batch, NO_SOCKET);
    }

    /** @param fd what stands for the socket in poll and wake-ups */
    public CrankedPort(Arena arena, int id, int frames, int ringSize, int batch, int fd) {
        this(
                arena,
                id,
                users(Umem.over(arena.allocate((long) frames * FRAME_SIZE, 4096), FRAME_SIZE), false, false),
                ringSize,
                batch,
                fd);
    }

    /** A port whose frames have 4096 bytes. */
    public static CrankedPort withLargeFrames(Arena arena, int id, int frames, int ringSize, int batch) {
        return new CrankedPort(
                arena,
                id,
                users(Umem.over(arena.allocate(frames * 4096L, 4096), 4096), false, false),
                ringSize,
                batch,
                NO_SOCKET);
    }

    /** A port whose frames live in the memory of another one. */
    public static CrankedPort sharing(Arena arena, int id, CrankedPort owner, int ringSize, int batch) {
        return new CrankedPort(arena, id, owner.users, ringSize, batch, NO_SOCKET);
    }

    /** A port of a socket that is bound with other flags. */
    static CrankedPort withWakeUps(Arena arena, int frames, int ringSize, WakeUps wakeUps) {
        return new CrankedPort(
                arena,
                0,
                users(Umem.over(arena.allocate((long) frames * FRAME_SIZE, 4096), FRAME_SIZE), false, false),
                ringSize,
                ringSize,
                NO_SOCKET,
                wakeUps,
                0);
    }

    /** A port with {@code multi-buffer = on}. */
    public static CrankedPort segmented(Arena arena, int id, int frames, int ringSize, int batch, int maxSegments) {
        return new CrankedPort(
                arena,
                id,
                users(Umem.over(arena.allocate((long) frames * FRAME_SIZE, 4096), FRAME_SIZE), true, false),
                ringSize,
                batch,
                NO_SOCKET,
                WakeUps.ON_DEMAND,
                maxSegments);
    }

    /** A port with {@code tx-metadata}, and with multi-buffer if frames may have several segments. */
    public static CrankedPort offering(Arena arena, int id, int maxSegments, Offer offer) {
        UmemUsers users = users(Umem.over(arena.allocate(32L * FRAME_SIZE, 4096), FRAME_SIZE), maxSegments > 1, true);
        return new CrankedPort(arena, id, users, 16, 8, NO_SOCKET, WakeUps.ON_DEMAND, maxSegments, offer, false);
    }

    /**
     * A port whose frames may have checksums that their senders left to a network card.
     *
     * @param offer as in {@link #offering}, or null
     */
    public static CrankedPort withPartialChecksums(Arena arena, int id, int maxSegments, Offer offer) {
        UmemUsers users =
                users(Umem.over(arena.allocate(32L * FRAME_SIZE, 4096), FRAME_SIZE), maxSegments > 1, offer != null);
        return new CrankedPort(arena, id, users, 16, 8, NO_SOCKET, WakeUps.ON_DEMAND, maxSegments, offer, true);
    }

    private CrankedPort(Arena arena, int id, UmemUsers users, int ringSize, int batch, int fd) {
        this(arena, id, users, ringSize, batch, fd, WakeUps.ON_DEMAND, 0);
    }

    private CrankedPort(
            Arena arena, int id, UmemUsers users, int ringSize, int batch, int fd, WakeUps wakeUps, int maxSegments) {
        this(arena, id, users, ringSize, batch, fd, wakeUps, maxSegments, null, false);
    }

    private CrankedPort(
            Arena arena,
            int id,
            UmemUsers users,
            int ringSize,
            int batch,
            int fd,
            WakeUps wakeUps,
            int maxSegments,
            Offer offer,
            boolean partial) {
        this.users = users;
        PortMemory memory = users.memory();
        this.umem = memory.umem();
        pool = memory.pool();
        chains = memory.chains();
        counters = new PortCounters(new EngineCounters(), "port" + id);
        kernel = new KernelSide(
                umem,
                RingMemory.ofAddresses(arena, ringSize),
                RingMemory.ofDescriptors(arena, ringSize),
                RingMemory.ofDescriptors(arena, ringSize),
                RingMemory.ofAddresses(arena, ringSize));
        XdpRings rings = new XdpRings(kernel.fillRing(), kernel.rxRing(), kernel.txRing(), kernel.completionRing());
        PortLink link = PortLink.none("port" + id);
        TransmitMetadata transmit = offer == null
                ? null
                : new TransmitMetadata(
                        new TransmitPlan(offer.asked, offer.byDriver, offer.zeroCopy), umem, counters, offer.listener);
        queue = XdpQueue.over(0, fd, rings, memory, counters, batch, wakeUps);
        port = AfXdpPort.of(
                id,
                "port" + id,
                users,
                counters,
                queues(arena, maxSegments, transmit, partial),
                link,
                PortInterface.NONE);
        queue.metadata(transmit);
        port.flush(); // offers frames to receive into
    }

    private static UmemUsers users(Umem umem, boolean multiBuffer, boolean metadataRoom) {
        return new UmemUsers(new PortMemory(umem, multiBuffer, metadataRoom));
    }

    private PortQueues queues(Arena arena, int maxSegments, TransmitMetadata transmit, boolean partial) {
        PortQueues queues = PortQueues.over(arena, maxSegments, transmit, queue);
        return partial ? queues.withPartialChecksums() : queues;
    }

    public AfXdpPort port() {
        return port;
    }

    XdpQueue queue() {
        return queue;
    }

    public KernelSide kernel() {
        return kernel;
    }

    public FramePool pool() {
        return pool;
    }

    public long count(PortCounter counter) {
        return counters.get(counter);
    }

    /** A frame arrives; returns whether the kernel had room for it. */
    public boolean arrive(byte[] frame) {
        return kernel.receive(MemorySegment.ofArray(frame));
    }

    /** A frame arrives in segments of the given lengths. */
    public boolean arrive(byte[] frame, int most) {
        return kernel.receive(MemorySegment.ofArray(frame), most);
    }

    /** Frames of 64 bytes arrive, their first byte counting from {@code first}; returns how many found room. */
    public int arrive(int count, int first) {
        int arrived = 0;
        for (int i = 0; i < count; i++) {
            byte[] frame = new byte[64];
            frame[0] = (byte) (first + i);
            arrived += arrive(frame) ? 1 : 0;
        }
        return arrived;
    }

    /** The kernel sends all that it was given. */
    public List<Sent> send() {
        List<Sent> sent = new ArrayList<>();
        kernel.transmit(
                Integer.MAX_VALUE,
                (address, length, options) -> sent.add(
                        new Sent(address, umem.memory().asSlice(address, length).toArray(ValueLayout.JAVA_BYTE))));
        return sent;
    }

    /** The kernel sends all that it was given; each frame's segments in one piece. */
    public List<byte[]> sendWhole() {
        List<byte[]> sent = new ArrayList<>();
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        kernel.transmit(Integer.MAX_VALUE, (address, length, options) -> {
            frame.writeBytes(umem.memory().asSlice(address, length).toArray(ValueLayout.JAVA_BYTE));
            if ((options & XdpDescriptor.CONTINUED) == 0) {
                sent.add(frame.toByteArray());
                frame.reset();
            }
        });
        if (frame.size() != 0) {
            throw new AssertionError("the last frame goes on, and nothing follows");
        }
        return sent;
    }

    /**
     * The kernel sends all that it was given, and stamps what asks for it.
     *
     * @param clock the time of sending
     */
    public List<Asked> sendAsked(LongSupplier clock) {
        List<Asked> sent = new ArrayList<>();
        MemorySegment bytes = umem.memory();
        kernel.transmit(Integer.MAX_VALUE, (address, length, options) -> {
            boolean has = (options & XdpDescriptor.METADATA) != 0;
            long at = address - TransmitMetadata.LENGTH;
            long flags = has ? bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, at) : 0;
            sent.add(new Asked(
                    address,
                    bytes.asSlice(address, length).toArray(ValueLayout.JAVA_BYTE),
                    options,
                    flags,
                    has ? bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + 8) : 0,
                    has ? bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + 10) : 0,
                    has ? bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, at + 16) : 0));
            if ((flags & xdp_h.XDP_TXMD_FLAGS_TIMESTAMP()) != 0) {
                bytes.set(ValueLayout.JAVA_LONG_UNALIGNED, at + 8, clock.getAsLong());
            }
        });
        return sent;
    }

    /** Chunks that hang off others. */
    public int following() {
        return chains.following();
    }

    /** Where every frame is, apart from the port's holders. */
    public FrameAudit audit(CrankedPort... guests) {
        FrameAudit audit = new FrameAudit(umem);
        if (chains != null) {
            audit.add(chains);
        }
        audit.add(pool);
        queue.audit(audit);
        for (CrankedPort guest : guests) {
            guest.queue.audit(audit);
        }
        return audit;
    }
}
