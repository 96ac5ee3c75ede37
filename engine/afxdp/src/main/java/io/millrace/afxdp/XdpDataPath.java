package io.millrace.afxdp;

import io.millrace.FrameKind;
import io.millrace.core.link.PortLink;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.FrameMetadata;
import io.millrace.spi.FrameSink;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.MemorySegment;

/**
 * The way of frames through the queues of a port: the half of {@link AfXdpPort} that runs for each frame or batch. It
 * names a queue for each frame to be sent, copies frames that live in another memory, and follows the interface.
 * Poller's thread only, but for {@link #askable}, {@link #offloads},
 * {@link #plan} and {@link #inRings}.
 */
sealed class XdpDataPath permits SegmentedDataPath {
    /** An Ethernet header, in bytes: the kernel refuses to send less. */
    static final int MIN_LENGTH = 14;

    private static final XdpQueue[] NO_QUEUES = {};
    private static final int NO_DESCRIPTOR = -1;

    private final int portId;
    final Umem umem;
    final FramePool pool;
    /** Where in its chunk a copy starts: what comes before is for what is asked of the kernel. */
    final int copyOffset;
    /** How many bytes of a copy fit into a chunk. */
    final int copyRoom;

    final PortCounters counters;
    private final PortLink link;
    private final QueueExchange exchange;

    private XdpQueue[] queues;
    private DatagramHeaders headers;
    /** What stages may ask for frames that leave here; null for nothing. */
    private TransmitMetadata transmit;

    private boolean finishesChecksums;
    private QueueState state = QueueState.RUNNING;
    private int pollGeneration;

    /** @param first the queues to begin with */
    XdpDataPath(
            int portId,
            PortMemory memory,
            PortCounters counters,
            PortLink link,
            QueueExchange exchange,
            PortQueues first) {
        this.portId = portId;
        this.umem = memory.umem();
        this.pool = memory.pool();
        this.copyOffset = memory.metadataLength();
        this.copyRoom = umem.frameSize() - copyOffset;
        this.counters = counters;
        this.link = link;
        this.exchange = exchange;
        this.queues = first.queues();
        this.headers = first.headers();
        this.transmit = first.transmit();
        this.finishesChecksums = first.partial();
    }

    /** For frames that may span several chunks if the memory says so, else for frames of one chunk. */
    static XdpDataPath over(
            int portId,
            PortMemory memory,
            PortCounters counters,
            PortLink link,
            QueueExchange exchange,
            PortQueues first) {
        return memory.chains() == null
                ? new XdpDataPath(portId, memory, counters, link, exchange, first)
                : new SegmentedDataPath(portId, memory, counters, link, exchange, first);
    }

    // ---- the duty cycle, in the order of a frame's life

    /** RX rings -> inlet; returns how many descriptors were taken. */
    final int receive(FrameInlet inlet) {
        int received = 0;
        for (XdpQueue queue : queues) {
            received += queue.receive(portId, inlet);
        }
        return received;
    }

    /** A frame of this memory -> TX ring; returns what {@link FrameSink#transmit} says. */
    int transmit(FrameDescriptor frame) {
        if (!fits(frame)) {
            return FrameSink.UNSUITABLE;
        }
        if (isGone()) {
            return FrameSink.GONE;
        }
        return queue(frame.queue()).transmit(frame.address(), frame.length()) ? FrameSink.TAKEN : FrameSink.FULL;
    }

    private boolean fits(FrameDescriptor frame) {
        return frame.length() >= MIN_LENGTH && frame.length() <= copyRoom && frame.file() == null;
    }

    /**
     * A frame of another memory -> copy in a free chunk -> TX ring; returns what {@link FrameSink#transmitCopy} says.
     */
    int transmitCopy(FrameDescriptor frame, FrameMetadata metadata) {
        boolean isEthernet = metadata.kind() == FrameKind.ETHERNET;
        if (isEthernet && metadata.isSegmented(frame)) {
            return gather(frame, metadata);
        }
        if (isEthernet ? !fits(frame) : headers == null || !fitsBehindHeaders(frame)) {
            return FrameSink.UNSUITABLE;
        }
        if (isGone()) {
            return FrameSink.GONE;
        }
        if (pool.available() == 0) {
            return FrameSink.FULL;
        }
        long copy = pool.take() + copyOffset;
        int length = frame.length();
        if (isEthernet) {
            MemorySegment.copy(metadata.umem().memory(), frame.address(), umem.memory(), copy, length);
        } else {
            length = headers.wrap(frame, metadata.umem(), umem, copy);
        }
        return transmitCopied(frame, copy, length);
    }

    private boolean fitsBehindHeaders(FrameDescriptor frame) {
        headers.follow(link.mac(), link.mtu());
        return headers.fits(frame, copyRoom);
    }

    /** Copies another port's frame of several segments into one chunk, as far as it fits. */
    int gather(FrameDescriptor frame, FrameMetadata metadata) {
        int length = frame.length() + metadata.chains().lengthBehind(frame.address());
        if (frame.length() < MIN_LENGTH || length > copyRoom || frame.file() != null) {
            return FrameSink.UNSUITABLE;
        }
        if (isGone()) {
            return FrameSink.GONE;
        }
        if (pool.available() == 0) {
            return FrameSink.FULL;
        }
        long copy = pool.take() + copyOffset;
        metadata.copy(frame, 0, length, umem.memory(), copy);
        return transmitCopied(frame, copy, length);
    }

    private int transmitCopied(FrameDescriptor frame, long copy, int length) {
        if (!queue(frame.queue()).transmit(copy, length)) {
            pool.give(copy);
            return FrameSink.FULL;
        }
        counters.add(PortCounter.COPIED, 1);
        return FrameSink.TAKEN;
    }

    /**
     * As {@link #transmit}, or as {@link #transmitCopy} if there is metadata, with what the frame asks of the kernel.
     */
    final int transmitRequested(FrameDescriptor frame, FrameMetadata metadata) {
        if (isGone()) {
            return FrameSink.GONE;
        }
        XdpQueue queue = queue(frame.queue());
        int entry = queue.staged();
        int outcome = metadata == null ? transmit(frame) : transmitCopy(frame, metadata);
        if (outcome == FrameSink.TAKEN && frame.requests() != 0) {
            queue.request(entry, frame);
        }
        return outcome;
    }

    /** The queue of this number; for a frame of another port, one that is always the same for that port's queue. */
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

    /** Whether there are no queues that send, because the interface is gone. */
    final boolean isGone() {
        return state == QueueState.GONE;
    }

    /** A frame that nobody needs any more -> pool. */
    void release(FrameDescriptor frame) {
        pool.give(frame.address());
    }

    /** Completion rings -> pool; returns how many frames came back. */
    final int complete() {
        int completed = 0;
        for (XdpQueue queue : queues) {
            completed += queue.complete();
        }
        return completed;
    }

    /** TX rings -> kernel, pool -> fill rings, and wakes the kernel where it asks for it. */
    final void flush() {
        if (state != QueueState.GONE) {
            follow(QueueState.of(link));
        }
        for (XdpQueue queue : queues) {
            queue.submit();
            queue.refill();
            queue.wakeRx();
        }
        if (state == QueueState.GONE) {
            exchangeQueues();
        }
    }

    private void follow(QueueState now) {
        if (now != state) {
            state = now;
            for (XdpQueue queue : queues) {
                queue.follow(now);
            }
        }
    }

    // ---- while the interface is gone

    private void exchangeQueues() {
        if (exchange.state() == QueueExchange.State.ASKED) {
            leaveIfReceived();
        } else {
            takeBrought();
        }
    }

    /** What was received waits in the RX rings as long as the pipeline has no room for it. */
    private void leaveIfReceived() {
        for (XdpQueue queue : queues) {
            if (!queue.isEmpty()) {
                return;
            }
        }
        long inKernel = 0;
        for (XdpQueue queue : queues) {
            inKernel += queue.letGo();
        }
        queues = NO_QUEUES;
        pollGeneration++;
        if (transmit != null) {
            transmit.abandon();
        }
        exchange.leave(inKernel);
    }

    /** Takes the free frames and the new queues that the link thread has brought, if any. Also at the close. */
    final void takeBrought() {
        QueueExchange.State now = exchange.state();
        if (now == QueueExchange.State.COLLECTED || now == QueueExchange.State.BROUGHT) {
            exchange.takeSurplus(pool);
        }
        if (now == QueueExchange.State.BROUGHT) {
            use(exchange.takeQueues());
        }
    }

    /** Goes on with these queues. */
    void use(PortQueues fresh) {
        queues = fresh.queues();
        headers = fresh.headers();
        transmit = fresh.transmit();
        finishesChecksums = fresh.partial();
        pool.takeAll(fresh.unused());
        pollGeneration++;
        state = QueueState.RUNNING;
        follow(QueueState.of(link));
    }

    // ---- what the poller asks

    /** Whether checksums of frames that come in may be unfinished, and are to be finished when the frames leave. */
    final boolean finishesChecksums() {
        return finishesChecksums;
    }

    /** What stages may ask for frames that leave here, as bits. Any thread. */
    final int askable() {
        return transmit == null ? 0 : transmit.plan().askable();
    }

    /** What of that the port sees to itself, in the same bits. Any thread. */
    final int offloads() {
        return transmit == null ? 0 : transmit.plan().offloads();
    }

    /** Who sees to what stages may ask for; null if they may ask for nothing. Any thread. */
    final TransmitPlan plan() {
        return transmit == null ? null : transmit.plan();
    }

    /** Frames on their way out; none while the interface is off or gone, since they can't leave then. */
    final int txInFlight() {
        if (state != QueueState.RUNNING) {
            return 0;
        }
        int sending = 0;
        for (XdpQueue queue : queues) {
            sending += queue.txInFlight();
        }
        return sending;
    }

    /** The descriptor of the queue at this index; -1 if there are no queues. */
    final int pollDescriptor(int index) {
        return queues.length == 0 ? NO_DESCRIPTOR : queues[index].fd();
    }

    /** Another number whenever the descriptors are those of other sockets. */
    final int pollGeneration() {
        return pollGeneration;
    }

    // ---- accounts

    /** How many frames the kernel has to give back. Any thread; an estimate but for the poller's thread. */
    final int inRings() {
        long inRings = 0;
        for (XdpQueue queue : queues) {
            inRings += queue.offered() + queue.txInFlight();
        }
        return (int) inRings;
    }

    /** Reports the frames that are queued for sending and that the kernel has not been given. */
    final void auditStaged(FrameAudit audit) {
        for (XdpQueue queue : queues) {
            queue.auditStaged(audit);
        }
    }

    /** Reports each frame in the rings. The poller must have ended, and the sockets be closed. */
    final void auditRings(FrameAudit audit) {
        for (XdpQueue queue : queues) {
            queue.audit(audit);
        }
    }

    /** Counts what was received and will not be handled, and what will not be sent; as {@link #auditRings}. */
    final void abandon() {
        for (XdpQueue queue : queues) {
            queue.abandon();
        }
    }
}
