package io.millrace.afxdp;

import io.millrace.FrameKind;
import io.millrace.core.counters.PortCounters;
import io.millrace.core.link.LinkedPort;
import io.millrace.core.link.PortLink;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import io.millrace.ring.SegmentChains;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameHolders;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.FrameMetadata;
import io.millrace.spi.FrameOwner;
import io.millrace.spi.FrameSeeker;
import io.millrace.spi.FrameSource;
import io.millrace.spi.KernelCounted;
import io.millrace.spi.Linked;
import io.millrace.spi.Offloads;
import io.millrace.spi.PollDescriptors;
import io.millrace.spi.Port;
import io.millrace.spi.RuleAcceptor;
import io.millrace.spi.TransmitCompleter;
import io.millrace.statistics.FrameCensus;
import io.millrace.statistics.KernelStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.statistics.TransmitStates;
import io.millrace.xdp.AcceptRule;
import io.millrace.xdp.XdpCounters;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;

/**
 * Queues of one interface over one UMEM, which it may share with other ports: a frame that leaves by any of them is not
 * moved.
 */
public sealed class AfXdpPort
        implements FrameOwner,
                FrameSource,
                TransmitCompleter,
                Offloads,
                PollDescriptors,
                FrameSeeker,
                Linked,
                RuleAcceptor,
                KernelCounted
        permits SegmentedPort {
    /** An Ethernet header: the kernel refuses to send less. */
    static final int MIN_LENGTH = 14;

    private static final XdpQueue[] NO_QUEUES = {};
    private static final int NO_DESCRIPTOR = -1;

    private final int id;
    private final String name;
    private final PortMemory frames;
    private final Umem umem;
    /** Where a copy is put in its frame: what comes before is for what is asked of the kernel. */
    final int copyOffset;
    /** How many bytes fit there. */
    final int copyRoom;

    final FramePool pool;
    final PortCounters counters;
    private final PortLink link;
    private final List<Integer> queueIds;
    private final QueueExchange exchange;
    /** The cold half. */
    private final PortHolding holding;

    // Poller only.

    private XdpQueue[] queues;
    private DatagramHeaders headers;
    private int pollGeneration;
    /** The link as the queues know it; gone until there are queues of another one. */
    private boolean on = true;

    private boolean gone;
    private boolean hasMetadata;
    private boolean finishesChecksums;
    /** What stages may ask for frames that leave here; null for nothing. Its plan may be asked by any thread. */
    private TransmitMetadata transmit;

    /**
     * @param first   the queues that it begins with
     * @param network where others come from when the interface was lost and is back
     */
    AfXdpPort(
            int id,
            String name,
            PortMemory frames,
            PortCounters counters,
            PortQueues first,
            PortLink link,
            PortInterface network) {
        this.id = id;
        this.name = name;
        this.frames = frames;
        this.umem = frames.umem();
        this.pool = frames.pool();
        this.copyOffset = frames.metadataLength();
        this.copyRoom = umem.frameSize() - copyOffset;
        this.counters = counters;
        this.link = link;
        this.queueIds = Stream.of(first.queues()).map(XdpQueue::id).toList();
        this.exchange = new QueueExchange(name, frames);
        this.holding = new PortHolding(frames, link, network, exchange, first);
        this.queues = first.queues();
        this.headers = first.headers();
        this.transmit = first.transmit();
        this.finishesChecksums = first.partial();
        frames.add(this);
    }

    @Override
    public void seekAt(FrameHolders others) {
        exchange.heldBy(others);
        frames.complete();
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Umem umem() {
        return umem;
    }

    @Override
    public PortCounters counters() {
        return counters;
    }

    @Override
    public int receive(FrameInlet inlet) {
        int received = 0;
        for (XdpQueue queue : queues) {
            received += queue.receive(id, inlet);
        }
        return received;
    }

    @Override
    public FrameMetadata newMetadata() {
        return newMetadata(null);
    }

    /** @param chains how frames go on in further segments, or null if none does */
    final FrameMetadata newMetadata(SegmentChains chains) {
        return hasMetadata
                ? new DriverMetadata(umem, chains, copyOffset)
                : new EthernetMetadata(umem, chains, copyOffset);
    }

    /** The XDP program writes what the driver knows in front of each frame. To be said before the port is used. */
    final void readMetadata() {
        hasMetadata = true;
    }

    @Override
    public int askable() {
        return transmit == null ? 0 : transmit.plan().askable();
    }

    @Override
    public int offloads() {
        return transmit == null ? 0 : transmit.plan().offloads();
    }

    @Override
    public boolean finishesChecksums() {
        return finishesChecksums;
    }

    @Override
    public int transmitRequested(FrameDescriptor frame, FrameMetadata metadata) {
        if (gone) {
            return GONE;
        }
        XdpQueue queue = queue(frame.queue());
        int entry = queue.staged();
        int outcome = metadata == null ? transmit(frame) : transmitCopy(frame, metadata);
        if (outcome == TAKEN && frame.requests() != 0) {
            queue.request(entry, frame);
        }
        return outcome;
    }

    @Override
    public boolean takesFramesOf(Port other) {
        return other instanceof AfXdpPort that && that.frames == frames;
    }

    @Override
    public int transmit(FrameDescriptor frame) {
        int unfit = unfit(frame);
        if (unfit != TAKEN) {
            return unfit;
        }
        if (gone) {
            return GONE;
        }
        return queue(frame.queue()).transmit(frame.address(), frame.length()) ? TAKEN : FULL;
    }

    private int unfit(FrameDescriptor frame) {
        boolean fits = frame.length() >= MIN_LENGTH && frame.length() <= copyRoom && frame.file() == null;
        return fits ? TAKEN : UNSUITABLE;
    }

    @Override
    public int transmitCopy(FrameDescriptor frame, FrameMetadata metadata) {
        boolean isEthernet = metadata.kind() == FrameKind.ETHERNET;
        if (isEthernet && metadata.isSegmented(frame)) {
            return gather(frame, metadata);
        }
        if (isEthernet ? unfit(frame) != TAKEN : headers == null || !fitsBehindHeaders(frame)) {
            return UNSUITABLE;
        }
        if (gone) {
            return GONE;
        }
        if (pool.available() == 0) {
            return FULL;
        }
        long copy = pool.take() + copyOffset;
        int length = frame.length();
        if (isEthernet) {
            MemorySegment.copy(metadata.umem().memory(), frame.address(), umem.memory(), copy, length);
        } else {
            length = headers.wrap(frame, metadata.umem(), umem, copy);
        }
        if (!queue(frame.queue()).transmit(copy, length)) {
            pool.give(copy);
            return FULL;
        }
        counters.add(PortCounter.COPIED, 1);
        return TAKEN;
    }

    private boolean fitsBehindHeaders(FrameDescriptor frame) {
        headers.follow(link.mac(), link.mtu());
        return headers.fits(frame, copyRoom);
    }

    /** Copies another port's frame of several segments: into one chunk, as far as it fits. */
    int gather(FrameDescriptor frame, FrameMetadata metadata) {
        int length = frame.length() + metadata.chains().lengthBehind(frame.address());
        if (frame.length() < MIN_LENGTH || length > copyRoom || frame.file() != null) {
            return UNSUITABLE;
        }
        if (gone) {
            return GONE;
        }
        if (pool.available() == 0) {
            return FULL;
        }
        long copy = pool.take() + copyOffset;
        metadata.copy(frame, 0, length, umem.memory(), copy);
        if (!queue(frame.queue()).transmit(copy, length)) {
            pool.give(copy);
            return FULL;
        }
        counters.add(PortCounter.COPIED, 1);
        return TAKEN;
    }

    /** Whether there are no queues that send: the interface is gone. Poller only. */
    final boolean isGone() {
        return gone;
    }

    /** The queue of this id, or for a frame of another port one that always is the same for its queue. */
    final XdpQueue queue(int queue) {
        XdpQueue[] all = queues;
        if (all.length == 1) {
            return all[0];
        }
        for (XdpQueue candidate : all) {
            if (candidate.id() == queue) {
                return candidate;
            }
        }
        return all[queue % all.length];
    }

    @Override
    public void release(FrameDescriptor frame) {
        pool.give(frame.address());
    }

    /** {@inheritDoc} A frame leaves the RX ring behind the stages. */
    @Override
    public boolean holdsUntilReturn() {
        return true;
    }

    @Override
    public int complete() {
        int completed = 0;
        for (XdpQueue queue : queues) {
            completed += queue.complete();
        }
        return completed;
    }

    @Override
    public void flush() {
        if (link.isOn() != on || link.isGone() && !gone) {
            followLink();
        }
        for (XdpQueue queue : queues) {
            queue.submit();
            queue.refill();
            queue.wakeRx();
        }
        if (gone) {
            exchangeQueues();
        }
    }

    private void followLink() {
        on = link.isOn();
        gone |= link.isGone();
        for (XdpQueue queue : queues) {
            if (gone) {
                queue.shut();
            } else {
                queue.wakes(on);
            }
        }
    }

    /**
     * New queues come first: they may be lost before this thread has seen them. What the link thread did last is looked
     * at first, so that nothing of what it did before is missed.
     */
    private void exchangeQueues() {
        FrameSearch search = exchange.search();
        PortQueues arrived = exchange.arrived();
        takeReturned();
        if (arrived != null) {
            use(arrived);
        } else if (search != null && isReceived()) {
            letGo(search);
        }
    }

    private void takeReturned() {
        FramePool returned = exchange.returned();
        if (returned != null) {
            pool.takeAll(returned);
        }
    }

    private boolean isReceived() {
        for (XdpQueue queue : queues) {
            if (!queue.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private void letGo(FrameSearch search) {
        long inKernel = 0;
        for (XdpQueue queue : queues) {
            inKernel += queue.letGo();
        }
        queues = NO_QUEUES;
        pollGeneration++;
        if (transmit != null) {
            transmit.abandon();
        }
        exchange.note(search, inKernel);
    }

    /** Goes on with these queues. */
    void use(PortQueues fresh) {
        queues = fresh.queues();
        headers = fresh.headers();
        transmit = fresh.transmit();
        finishesChecksums = fresh.partial();
        pool.takeAll(fresh.unused());
        pollGeneration++;
        gone = false;
        on = link.isOn();
        for (XdpQueue queue : queues) {
            queue.wakes(on);
        }
    }

    /** {@inheritDoc} While the interface is off or gone, none: there is nothing to wait for. */
    @Override
    public int txInFlight() {
        if (!on) {
            return 0;
        }
        int sending = 0;
        for (XdpQueue queue : queues) {
            sending += queue.txInFlight();
        }
        return sending;
    }

    @Override
    public int queueCount() {
        return queueIds.size();
    }

    @Override
    public int pollDescriptor(int queue) {
        return queues.length == 0 ? NO_DESCRIPTOR : queues[queue].fd();
    }

    @Override
    public int pollGeneration() {
        return pollGeneration;
    }

    @Override
    public List<LinkedPort> links() {
        return List.of(holding);
    }

    /** Its interface, for whoever watches that. */
    public LinkedPort linked() {
        return holding;
    }

    /**
     * Changes the accept rules while frames flow; any thread but those of the engine.
     *
     * @see io.millrace.xdp.XdpProgram#accept
     */
    @Override
    public void accept(List<String> rules) {
        holding.network().accept(rules.stream().map(AcceptRule::parse).toList());
    }

    @Override
    public List<String> accepted() {
        return holding.network().accepted().stream().map(AcceptRule::toString).toList();
    }

    @Override
    public void startReceiving() {
        holding.device().startReceiving();
    }

    @Override
    public void stopReceiving() {
        holding.device().stopReceiving();
    }

    @Override
    public PortStatistics statistics(int inStages, int leased) {
        return snapshot(frames.estimate(this, inStages, leased));
    }

    /** Frames that the kernel has to give back. */
    int inRings() {
        long inRings = 0;
        for (XdpQueue queue : queues) {
            inRings += queue.offered() + queue.txInFlight();
        }
        return (int) inRings;
    }

    @Override
    public KernelStatistics kernelStatistics() {
        AfXdpDevice device = holding.device();
        return device.kernelStatistics().withEarlyDrops(device.xdpCounters().earlyDropped());
    }

    private PortStatistics snapshot(FrameCensus frames) {
        AfXdpDevice device = holding.device();
        XdpCounters xdp = device.xdpCounters();
        GrantedMode mode = device.mode();
        return new PortStatistics(
                name,
                "af-xdp",
                "",
                mode.attachText(),
                mode.copyText(),
                queueIds,
                counters.all(),
                kernelStatistics(),
                xdp.matched(),
                xdp.passed(),
                xdp.tooShort(),
                frames,
                mode.asked(),
                mode.why(),
                device.txBudget(),
                link.statistics(),
                transmit == null ? TransmitStates.OFF : transmit.plan().states(),
                null,
                counters.errors());
    }

    /**
     * {@inheritDoc}
     *
     * <p>The rings are unmapped with the port, whatever becomes of the frames: a mapped ring keeps its socket, and so
     * the queue.
     */
    @Override
    public PortStatistics close(FrameHolders whereabouts) {
        FrameCensus census = frames.census(this, whereabouts);
        for (XdpQueue queue : queues) {
            queue.abandon();
        }
        PortStatistics last = snapshot(census);
        holding.close();
        return last;
    }

    PortHolding holding() {
        return holding;
    }

    /** Frames about to be sent. Poller only. */
    void auditStaged(FrameAudit audit) {
        for (XdpQueue queue : queues) {
            queue.auditStaged(audit);
        }
    }

    /** Ends the kernel's hold on the memory. What the poller and the link thread were in the midst of is done first. */
    void closeSockets() {
        takeReturned();
        PortQueues arrived = exchange.arrived();
        if (arrived != null) {
            use(arrived);
        }
        holding.collectRest();
        holding.device().closeSockets();
    }

    void auditRings(FrameAudit audit) {
        for (XdpQueue queue : queues) {
            queue.audit(audit);
        }
        holding.audit(audit);
    }
}
