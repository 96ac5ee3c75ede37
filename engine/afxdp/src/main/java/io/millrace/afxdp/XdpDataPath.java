package io.millrace.afxdp;

import io.millrace.FrameKind;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.FramePool;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.FrameMetadata;
import io.millrace.spi.FrameSink;
import io.millrace.spi.LinkStatus;
import io.millrace.spi.PortLink;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.MemorySegment;

/**
 * The way of frames through the queues of a port: the half of {@link AfXdpPort} that runs for each frame or batch. It
 * chooses a queue for each frame to be sent, copies frames that live in another memory, and follows the state of the
 * interface. Poller's thread only, except {@link #askable}, {@link #offloads}, {@link #plan} and {@link #inRings}.
 */
sealed class XdpDataPath permits SegmentedDataPath {
    /** The length of an Ethernet header in bytes; the kernel refuses to send less. */
    static final int MIN_LENGTH = 14;

    private static final XdpQueue[] NO_QUEUES = {};
    private static final int NO_DESCRIPTOR = -1;

    private final int portId;
    final Umem umem;
    final FramePool pool;
    /** The offset of a copy in its chunk; the bytes before it are for transmit metadata. */
    final int copyOffset;

    final int copyRoom; // bytes of a copy that fit into a chunk
    final PortCounters counters;
    final MtuWatch mtu;
    private final PortLink link;
    private final QueueExchange exchange;

    private XdpQueue[] queues;
    private DatagramHeaders headers;
    /** What stages may ask for frames that leave here; null if nothing. */
    private TransmitMetadata transmit;

    private boolean finishesChecksums;
    private int longest; // bytes of a frame that fits both into a chunk and through the interface
    private QueueState state = QueueState.RUNNING;
    private int pollGeneration;

    /** @param first the queues that the port begins with */
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
        this.mtu = new MtuWatch(link, counters);
        this.link = link;
        this.exchange = exchange;
        this.queues = first.queues();
        this.headers = first.headers();
        this.transmit = first.transmit();
        this.finishesChecksums = first.partial();
        this.longest = Math.min(copyRoom, mtu.longest());
    }

    /** Makes the data path for frames of several chunks if the memory allows these, otherwise for frames of one. */
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
        int length = frame.length();
        if (length > longest) {
            return fits(frame) ? transmit(frame, length) : FrameSink.UNSUITABLE;
        }
        if (length < MIN_LENGTH || frame.file() != null) {
            return FrameSink.UNSUITABLE;
        }
        if (isGone()) {
            return FrameSink.GONE;
        }
        return queue(frame.queue()).transmit(frame.address(), length) ? FrameSink.TAKEN : FrameSink.FULL;
    }

    /** Sends a frame that may be longer than the MTU allows: all its segments together have so many bytes. */
    final int transmit(FrameDescriptor frame, int length) {
        if (isGone()) {
            return FrameSink.GONE;
        }
        if (!queue(frame.queue()).transmit(frame.address(), frame.length())) {
            return FrameSink.FULL;
        }
        mtu.sent(length);
        return FrameSink.TAKEN;
    }

    final boolean fits(FrameDescriptor frame) {
        return frame.length() >= MIN_LENGTH && frame.length() <= copyRoom && frame.file() == null;
    }

    /** A frame of another memory -> free chunk -> TX ring; returns what {@link FrameSink#transmitCopy} says. */
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
        LinkStatus now = link.status();
        headers.follow(now.mac(), now.mtu());
        return headers.fits(frame, copyRoom);
    }

    /** Copies another port's frame of several segments into one chunk, if it fits. */
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
        mtu.sent(length);
        counters.add(PortCounter.COPIED, 1);
        return FrameSink.TAKEN;
    }

    /**
     * Does what {@link #transmit} does, or {@link #transmitCopy} if there is metadata, and passes on the frame's
     * requests.
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

    /**
     * Returns the queue of this number. For a frame of another port it is always the same one for that port's queue.
     */
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

    /** Returns whether there are no queues to send by, because the interface is gone. */
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

    /** TX rings -> kernel, pool -> fill rings; wakes the kernel where it asks for it. */
    final void flush() {
        if (state != QueueState.GONE) {
            follow(QueueState.of(link));
            if (mtu.follow()) {
                longest = Math.min(copyRoom, mtu.longest());
            }
        }
        mtu.flush();
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

    /** Received frames wait in the RX rings while the pipeline has no room for them. */
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

    /** Continues with new queues. */
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

    /**
     * Returns whether frames may come in with unfinished checksums, which have to be finished when the frames leave.
     */
    final boolean finishesChecksums() {
        return finishesChecksums;
    }

    /** What stages may ask for frames that leave here, as bits. Any thread may call this. */
    final int askable() {
        return transmit == null ? 0 : transmit.plan().askable();
    }

    /** Which of these requests the port carries out itself, in the same bits. Any thread may call this. */
    final int offloads() {
        return transmit == null ? 0 : transmit.plan().offloads();
    }

    /** Who carries out what stages may ask for; null if they may ask for nothing. Any thread may call this. */
    final TransmitPlan plan() {
        return transmit == null ? null : transmit.plan();
    }

    /** The number of frames on their way out; 0 while the interface is off or gone, since they can't leave then. */
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

    /** A number that changes whenever the descriptors belong to other sockets. */
    final int pollGeneration() {
        return pollGeneration;
    }

    // ---- accounts

    /** How many frames the kernel has to give back. Any thread; exact on the poller's thread only. */
    final int inRings() {
        long inRings = 0;
        for (XdpQueue queue : queues) {
            inRings += queue.offered() + queue.txInFlight();
        }
        return (int) inRings;
    }

    /** Reports the frames that are queued for sending and have not been given to the kernel. */
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

    /**
     * Counts frames that were received and will not be handled, and frames that will not be sent. Under the same
     * conditions as {@link #auditRings}.
     */
    final void abandon() {
        for (XdpQueue queue : queues) {
            queue.abandon();
        }
    }
}
