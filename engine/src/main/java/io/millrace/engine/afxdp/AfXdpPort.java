package io.millrace.engine.afxdp;

import io.millrace.engine.PortKind;
import io.millrace.engine.counters.FrameCensus;
import io.millrace.engine.counters.KernelStatistics;
import io.millrace.engine.counters.PortCounter;
import io.millrace.engine.counters.PortCounters;
import io.millrace.engine.counters.PortStatistics;
import io.millrace.engine.counters.TransmitStates;
import io.millrace.engine.link.LinkedPort;
import io.millrace.engine.link.PortLink;
import io.millrace.engine.path.FrameFacts;
import io.millrace.engine.path.FrameHolders;
import io.millrace.engine.path.FrameSlot;
import io.millrace.engine.path.Pipeline;
import io.millrace.engine.path.Port;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import io.millrace.ring.SegmentChains;
import io.millrace.ring.Umem;
import io.millrace.xdp.AcceptRule;
import io.millrace.xdp.XdpCounters;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;

/**
 * Queues of one interface over one UMEM, which it may share with other ports: a frame that leaves by any of them is not
 * moved.
 */
public sealed class AfXdpPort implements Port, LinkedPort permits SegmentedPort {
    /** An Ethernet header: the kernel refuses to send less. */
    static final int MIN_LENGTH = 14;

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
    private final AfXdpDevice device;
    private final XdpQueue[] queues;
    private final Arena rings;
    private final DatagramHeaders headers;
    private final PortLink link;
    /** The link as the queues know it. Poller only. */
    private boolean on = true;
    private boolean gone;
    private boolean hasMetadata;
    private TransmitPlan plan;

    /** @param headers what frames of socket ports get on their way out, or null */
    AfXdpPort(int id, String name, PortMemory frames, PortCounters counters, AfXdpDevice device,
              XdpQueue[] queues, Arena rings, DatagramHeaders headers, PortLink link) {
        this.id = id;
        this.name = name;
        this.frames = frames;
        this.umem = frames.umem();
        this.pool = frames.pool();
        this.copyOffset = frames.metadataLength();
        this.copyRoom = umem.frameSize() - copyOffset;
        this.counters = counters;
        this.device = device;
        this.queues = queues;
        this.rings = rings;
        this.headers = headers;
        this.link = link;
        frames.add(this);
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
    public int receive(Pipeline pipeline) {
        int received = 0;
        for (XdpQueue queue : queues) {
            received += queue.receive(id, pipeline);
        }
        return received;
    }

    @Override
    public FrameFacts newFacts() {
        return newFacts(null);
    }

    /** @param chains how frames go on in further segments, or null if none does */
    final FrameFacts newFacts(SegmentChains chains) {
        return hasMetadata ? new MetadataFacts(umem, chains, copyOffset) : new EthernetFacts(umem, chains, copyOffset);
    }

    /** The XDP program writes what the driver knows in front of each frame. To be said before the port is used. */
    final void readMetadata() {
        hasMetadata = true;
    }

    /** Stages may ask for frames that leave here. To be said before the port is used. */
    final void writeMetadata(TransmitMetadata metadata) {
        plan = metadata.plan();
        for (XdpQueue queue : queues) {
            queue.metadata(metadata);
        }
    }

    @Override
    public int askable() {
        return plan == null ? 0 : plan.askable();
    }

    @Override
    public int offloads() {
        return plan == null ? 0 : plan.offloads();
    }

    @Override
    public int transmitRequested(FrameSlot frame, FrameFacts facts) {
        XdpQueue queue = queue(frame.queue());
        int entry = queue.staged();
        int outcome = facts == null ? transmit(frame) : transmitCopy(frame, facts);
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
    public int transmit(FrameSlot frame) {
        int unfit = unfit(frame);
        if (unfit != TAKEN) {
            return unfit;
        }
        return queue(frame.queue()).transmit(frame.address(), frame.length()) ? TAKEN : noRoom();
    }

    private int noRoom() {
        return gone ? GONE : FULL;
    }

    private int unfit(FrameSlot frame) {
        boolean fits = frame.length() >= MIN_LENGTH && frame.length() <= copyRoom && frame.file() == null;
        return fits ? TAKEN : UNSUITABLE;
    }

    @Override
    public int transmitCopy(FrameSlot frame, FrameFacts facts) {
        boolean isEthernet = facts.kind() == PortKind.AF_XDP;
        if (isEthernet && facts.isSegmented(frame)) {
            return gather(frame, facts);
        }
        if (isEthernet ? unfit(frame) != TAKEN : headers == null || !headers.fits(frame, copyRoom)) {
            return UNSUITABLE;
        }
        if (gone || pool.available() == 0) {
            return noRoom();
        }
        long copy = pool.take() + copyOffset;
        int length = frame.length();
        if (isEthernet) {
            MemorySegment.copy(facts.umem().memory(), frame.address(), umem.memory(), copy, length);
        } else {
            length = headers.wrap(frame, facts.umem(), umem, copy);
        }
        if (!queue(frame.queue()).transmit(copy, length)) {
            pool.give(copy);
            return noRoom();
        }
        counters.add(PortCounter.COPIED, 1);
        return TAKEN;
    }

    /** Copies another port's frame of several segments: into one chunk, as far as it fits. */
    int gather(FrameSlot frame, FrameFacts facts) {
        int length = frame.length() + facts.chains().lengthBehind(frame.address());
        if (frame.length() < MIN_LENGTH || length > copyRoom || frame.file() != null) {
            return UNSUITABLE;
        }
        if (pool.available() == 0) {
            return FULL;
        }
        long copy = pool.take() + copyOffset;
        facts.copy(frame, 0, length, umem.memory(), copy);
        if (!queue(frame.queue()).transmit(copy, length)) {
            pool.give(copy);
            return FULL;
        }
        counters.add(PortCounter.COPIED, 1);
        return TAKEN;
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
    public void release(FrameSlot frame) {
        pool.give(frame.address());
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
        if (link.isOn() != on || link.isGone() != gone) {
            followLink();
        }
        for (XdpQueue queue : queues) {
            queue.submit();
            queue.refill();
            queue.wakeRx();
        }
    }

    private void followLink() {
        on = link.isOn();
        gone = link.isGone();
        for (XdpQueue queue : queues) {
            if (gone) {
                queue.shut();
            } else {
                queue.wakes(on);
            }
        }
    }

    /** {@inheritDoc} While the interface is off or gone, none: there is nothing to wait for. */
    @Override
    public int sending() {
        if (!on) {
            return 0;
        }
        int sending = 0;
        for (XdpQueue queue : queues) {
            sending += queue.sending();
        }
        return sending;
    }

    @Override
    public int queueCount() {
        return queues.length;
    }

    @Override
    public int pollDescriptor(int queue) {
        return queues[queue].fd();
    }

    @Override
    public PortLink link() {
        return link;
    }

    /** A program that stays on an interface in another namespace would take frames away from whoever has it now. */
    @Override
    public void loseLink() {
        device.stopReceiving();
    }

    /**
     * Changes the accept rules while frames flow; any thread but those of the engine.
     *
     * @see io.millrace.xdp.XdpProgram#accept
     */
    public void accept(List<AcceptRule> rules) {
        device.accept(rules);
    }

    /** The accept rules in place. Any thread. */
    public List<AcceptRule> accepted() {
        return device.accepted();
    }

    @Override
    public void startReceiving() {
        device.startReceiving();
    }

    @Override
    public void stopReceiving() {
        device.stopReceiving();
    }

    @Override
    public PortStatistics statistics(int inStages, int leased) {
        return snapshot(device.kernelStatistics(), frames.estimate(this, inStages, leased));
    }

    /** Frames that the kernel has to give back. */
    int inRings() {
        long inRings = 0;
        for (XdpQueue queue : queues) {
            inRings += queue.offered() + queue.sending();
        }
        return (int) inRings;
    }

    private PortStatistics snapshot(KernelStatistics kernel, FrameCensus frames) {
        XdpCounters xdp = device.xdpCounters();
        List<Integer> ids = Stream.of(queues).map(XdpQueue::id).toList();
        GrantedMode mode = device.mode();
        return new PortStatistics(name, "af-xdp", "", mode.attachText(), mode.copyText(), ids, counters.all(), kernel,
            xdp.matched(), xdp.passed(), xdp.tooShort(), frames, mode.asked(), mode.why(),
            link.statistics(), plan == null ? TransmitStates.OFF : plan.states());
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
        PortStatistics last = snapshot(device.kernelStatistics(), census);
        device.close();
        rings.close();
        return last;
    }

    void closeSockets() {
        device.closeSockets();
    }

    void auditRings(FrameAudit audit) {
        for (XdpQueue queue : queues) {
            queue.audit(audit);
        }
    }
}
