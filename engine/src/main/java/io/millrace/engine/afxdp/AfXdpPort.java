package io.millrace.engine.afxdp;

import io.millrace.engine.PortKind;
import io.millrace.engine.counters.FrameCensus;
import io.millrace.engine.counters.KernelStatistics;
import io.millrace.engine.counters.PortCounter;
import io.millrace.engine.counters.PortCounters;
import io.millrace.engine.counters.PortStatistics;
import io.millrace.engine.path.FrameFacts;
import io.millrace.engine.path.FrameHolders;
import io.millrace.engine.path.FrameSlot;
import io.millrace.engine.path.Pipeline;
import io.millrace.engine.path.Port;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import io.millrace.ring.SegmentChains;
import io.millrace.ring.Umem;
import io.millrace.xdp.XdpCounters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;

/** Queues of one interface over one UMEM: a frame that leaves by any of them is not moved. */
public sealed class AfXdpPort implements Port permits SegmentedPort {
    private static final Logger LOG = LoggerFactory.getLogger(AfXdpPort.class);
    /** An Ethernet header: the kernel refuses to send less. */
    static final int MIN_LENGTH = 14;

    private final int id;
    private final String name;
    private final Umem umem;
    final FramePool pool;
    final PortCounters counters;
    private final AfXdpDevice device;
    private final XdpQueue[] queues;
    private final Arena rings;
    private final DatagramHeaders headers;
    private boolean hasMetadata;

    /** @param headers what frames of socket ports get on their way out, or null */
    AfXdpPort(int id, String name, Umem umem, FramePool pool, PortCounters counters, AfXdpDevice device,
              XdpQueue[] queues, Arena rings, DatagramHeaders headers) {
        this.id = id;
        this.name = name;
        this.umem = umem;
        this.pool = pool;
        this.counters = counters;
        this.device = device;
        this.queues = queues;
        this.rings = rings;
        this.headers = headers;
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
        return hasMetadata ? new MetadataFacts(umem, chains) : new EthernetFacts(umem, chains);
    }

    /** The XDP program writes what the driver knows in front of each frame. To be said before the port is used. */
    final void readMetadata() {
        hasMetadata = true;
    }

    @Override
    public int transmit(FrameSlot frame) {
        int unfit = unfit(frame);
        if (unfit != TAKEN) {
            return unfit;
        }
        return queue(frame.queue()).transmit(frame.address(), frame.length()) ? TAKEN : FULL;
    }

    private int unfit(FrameSlot frame) {
        boolean fits = frame.length() >= MIN_LENGTH && frame.length() <= umem.frameSize() && frame.file() == null;
        return fits ? TAKEN : UNSUITABLE;
    }

    @Override
    public int transmitCopy(FrameSlot frame, FrameFacts facts) {
        boolean isEthernet = facts.kind() == PortKind.AF_XDP;
        if (isEthernet && facts.isSegmented(frame)) {
            return gather(frame, facts);
        }
        if (isEthernet ? unfit(frame) != TAKEN : headers == null || !headers.fits(frame, umem)) {
            return UNSUITABLE;
        }
        if (pool.available() == 0) {
            return FULL;
        }
        long copy = pool.take();
        int length = frame.length();
        if (isEthernet) {
            MemorySegment.copy(facts.umem().memory(), frame.address(), umem.memory(), copy, length);
        } else {
            length = headers.wrap(frame, facts.umem(), umem, copy);
        }
        if (!queue(frame.queue()).transmit(copy, length)) {
            pool.give(copy);
            return FULL;
        }
        counters.add(PortCounter.COPIED, 1);
        return TAKEN;
    }

    /** Copies another port's frame of several segments: into one chunk, as far as it fits. */
    int gather(FrameSlot frame, FrameFacts facts) {
        int length = frame.length() + facts.chains().lengthBehind(frame.address());
        if (frame.length() < MIN_LENGTH || length > umem.frameSize() || frame.file() != null) {
            return UNSUITABLE;
        }
        if (pool.available() == 0) {
            return FULL;
        }
        long copy = pool.take();
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
        for (XdpQueue queue : queues) {
            queue.submit();
            queue.refill();
            queue.wakeRx();
        }
    }

    @Override
    public int sending() {
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
    public void startReceiving() {
        device.startReceiving();
    }

    @Override
    public void stopReceiving() {
        device.stopReceiving();
    }

    @Override
    public PortStatistics statistics(int inStages, int leased) {
        int inRings = inRings();
        int following = following();
        int held = inRings + inStages + leased + following;
        int free = Math.max(0, Math.min(umem.frameCount() - held, umem.frameCount()));
        return snapshot(device.kernelStatistics(),
            new FrameCensus(umem.frameCount(), free, inRings, inStages, leased, 0, following));
    }

    /** Chunks of frames in stages and leases, beside the one that each has anyway. Any thread. */
    int following() {
        return 0;
    }

    private int inRings() {
        long inRings = 0;
        for (XdpQueue queue : queues) {
            inRings += queue.offered() + queue.sending();
        }
        return (int) inRings;
    }

    private PortStatistics snapshot(KernelStatistics kernel, FrameCensus frames) {
        XdpCounters xdp = device.xdpCounters();
        List<Integer> ids = Stream.of(queues).map(XdpQueue::id).toList();
        return new PortStatistics(name, "af-xdp", "", device.attach(), device.copy(), ids, counters.all(), kernel,
            xdp.matched(), xdp.passed(), xdp.tooShort(), frames);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The rings are unmapped with the port, whatever becomes of the frames: a mapped ring keeps its socket, and so
     * the queue.
     */
    @Override
    public PortStatistics close(FrameHolders whereabouts) {
        KernelStatistics kernel = device.kernelStatistics();
        device.closeSockets();
        FrameCensus census = census(whereabouts);
        for (XdpQueue queue : queues) {
            queue.abandon();
        }
        PortStatistics last = snapshot(kernel, census);
        device.close();
        rings.close();
        return last;
    }

    /**
     * Finds every frame. Those that the kernel had taken out of a ring are in none any more; how many they may be is
     * known from what was offered and queued and never came back.
     */
    private FrameCensus census(FrameHolders whereabouts) {
        FrameAudit audit = newAudit();
        audit.add(pool);
        for (XdpQueue queue : queues) {
            queue.audit(audit);
        }
        whereabouts.audit(id, audit);
        int leased = audit.count(FrameAudit.Place.LEASE);
        int inStages = audit.count(FrameAudit.Place.STAGE);
        int following = audit.count(FrameAudit.Place.SEGMENT);
        int inRings = inRings();
        int expected = audit.count(FrameAudit.Place.POOL) + leased + inStages + following + inRings;
        int lost = audit.duplicates() + audit.outside() + Math.abs(umem.frameCount() - expected);
        if (lost != 0) {
            LOG.error("port {}: the frames at close do not add up, {} expected in rings: {}", name, inRings, audit);
        }
        return new FrameCensus(umem.frameCount(), umem.frameCount() - leased - inStages - following - lost, 0,
            inStages, leased, lost, following);
    }

    FrameAudit newAudit() {
        return new FrameAudit(umem);
    }
}
