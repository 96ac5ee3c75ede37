package io.millrace.afxdp;

import io.millrace.core.thread.EngineLog;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import io.millrace.ring.SegmentChains;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameHolders;
import io.millrace.statistics.FrameCensus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;

/**
 * A UMEM with its free frames, and the ports whose queues are over it: the one that it belongs to, first, and those that
 * name that one as their {@code umem}. A frame that goes from one to another of them changes hands, and stays where it
 * is. One poller drives them all, so that the pool needs no lock.
 */
public final class PortMemory {
    private static final Logger LOG = EngineLog.of(PortMemory.class);

    private final Umem umem;
    private final FramePool pool;
    private final SegmentChains chains;
    private final int metadataLength;
    private final List<AfXdpPort> ports = new ArrayList<>();
    private final Map<AfXdpPort, FrameCensus> censuses = new HashMap<>();
    private XdpSocket registrar;
    /** Null as long as one port alone has its frames here. */
    private FrameLedger ledger;

    private long promised;

    /** Of frames that have a chunk each. */
    PortMemory(Umem umem) {
        this(umem, false, false);
    }

    /**
     * @param multiBuffer  whether frames may go on in further chunks
     * @param metadataRoom whether there is room in front of each for what is asked of the kernel
     */
    PortMemory(Umem umem, boolean multiBuffer, boolean metadataRoom) {
        this.metadataLength = metadataRoom ? TransmitMetadata.LENGTH : 0;
        this.chains = multiBuffer ? new SegmentChains(umem) : null;
        this.umem = umem;
        this.pool = new FramePool(umem);
    }

    Umem umem() {
        return umem;
    }

    FramePool pool() {
        return pool;
    }

    /**
     * Bytes that have to be free in front of each frame that is sent, whether something is asked for it or not: the
     * kernel takes no other from a UMEM that was registered so ({@code xp_aligned_validate_desc}, {@code
     * net/xdp/xsk_queue.h}).
     */
    int metadataLength() {
        return metadataLength;
    }

    /** How frames go on in further chunks, or null if none does. */
    SegmentChains chains() {
        return chains;
    }

    /** Chunks of frames in stages and leases, beside the one that each has anyway. Any thread. */
    private int following() {
        return chains == null ? 0 : chains.following();
    }

    /**
     * A socket that has the UMEM, which others bind to; null if there is none. The kernel takes any of those that are
     * bound, so when the first one is closed another port's does. Before the poller starts, then link thread only.
     */
    XdpSocket registrar() {
        if (registrar != null && registrar.isClosed()) {
            registrar = ports.stream()
                    .map(port -> port.holding().boundSocket())
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }
        return registrar;
    }

    void registeredWith(XdpSocket socket) {
        registrar = socket;
    }

    /** Frames that the fill rings of the ports hold when they are full. */
    long promised() {
        return promised;
    }

    void promise(long frames) {
        promised += frames;
    }

    /** All ports are here: if there are several, their queues note whose frames are whose. Before the poller starts. */
    void complete() {
        if (ports.size() > 1 && ledger == null) {
            ledger = new FrameLedger(umem);
            for (int place = 0; place < ports.size(); place++) {
                ports.get(place).holding().share((short) place);
            }
        }
    }

    /** Null as long as one port alone has its frames here. */
    FrameLedger ledger() {
        return ledger;
    }

    /** Poller: reports what is neither free nor in the kernel, what others hold and what is about to be sent. */
    void auditHeld(FrameHolders holders, FrameAudit audit) {
        for (AfXdpPort port : ports) {
            holders.audit(port.id(), audit);
            port.auditStaged(audit);
        }
    }

    void add(AfXdpPort port) {
        ports.add(port);
    }

    /**
     * Where a port's frames are, while the engine runs. All frames are listed at the port that the UMEM belongs to, those
     * with stages and leases at the port that received them.
     */
    FrameCensus estimate(AfXdpPort port, int inStages, int leased) {
        if (port != ports.getFirst()) {
            return new FrameCensus(0, 0, 0, inStages, leased, 0);
        }
        int inRings = inRings();
        int following = following();
        int free = Math.clamp(umem.frameCount() - inRings - inStages - leased - following, 0, umem.frameCount());
        return new FrameCensus(umem.frameCount(), free, inRings, inStages, leased, 0, following);
    }

    private int inRings() {
        return ports.stream().mapToInt(AfXdpPort::inRings).sum();
    }

    /** The same at close, proven; the first call ends the kernel's hold on the memory, the poller must have ended. */
    FrameCensus census(AfXdpPort port, FrameHolders whereabouts) {
        if (censuses.isEmpty()) {
            ports.forEach(AfXdpPort::closeSockets);
            audit(whereabouts);
        }
        return censuses.get(port);
    }

    /**
     * Finds every frame. Those that the kernel had taken out of a ring are in none any more; how many they may be is
     * known from what was offered and queued and never came back.
     */
    private void audit(FrameHolders whereabouts) {
        FrameAudit audit = new FrameAudit(umem);
        if (chains != null) {
            audit.add(chains);
        }
        audit.add(pool);
        ports.forEach(port -> port.auditRings(audit));
        for (AfXdpPort port : ports) {
            int inStages = audit.count(FrameAudit.Place.STAGE);
            int leased = audit.count(FrameAudit.Place.LEASE);
            whereabouts.audit(port.id(), audit);
            censuses.put(
                    port,
                    new FrameCensus(
                            0,
                            0,
                            0,
                            audit.count(FrameAudit.Place.STAGE) - inStages,
                            audit.count(FrameAudit.Place.LEASE) - leased,
                            0));
        }
        int following = audit.count(FrameAudit.Place.SEGMENT);
        int held = audit.count(FrameAudit.Place.STAGE) + audit.count(FrameAudit.Place.LEASE) + following;
        int expected = audit.count(FrameAudit.Place.POOL) + held + inRings();
        int lost = audit.duplicates()
                + audit.outside()
                + Math.abs(umem.frameCount() - expected)
                + ports.stream().mapToInt(port -> port.holding().miscounted()).sum();
        AfXdpPort owner = ports.getFirst();
        if (lost != 0) {
            LOG.error(
                    "port {}: the frames at close do not add up, {} expected in rings: {}",
                    owner.name(),
                    inRings(),
                    audit);
        }
        FrameCensus own = censuses.get(owner);
        censuses.put(
                owner,
                new FrameCensus(
                        umem.frameCount(),
                        umem.frameCount() - held - lost,
                        0,
                        own.inStages(),
                        own.leased(),
                        lost,
                        following));
    }
}
