package io.millrace.afxdp;

import io.millrace.HostException;
import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.afxdp.statistics.TransmitStates;
import io.millrace.ring.Umem;
import io.millrace.spi.EthernetMetadata;
import io.millrace.spi.FrameDescriptor;
import io.millrace.spi.FrameHolders;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.FrameMetadata;
import io.millrace.spi.FrameOwner;
import io.millrace.spi.FrameSeeker;
import io.millrace.spi.FrameSource;
import io.millrace.spi.KernelCounted;
import io.millrace.spi.Linked;
import io.millrace.spi.LinkedPort;
import io.millrace.spi.Offloads;
import io.millrace.spi.PollDescriptors;
import io.millrace.spi.Port;
import io.millrace.spi.PortLink;
import io.millrace.spi.RuleAcceptor;
import io.millrace.spi.TransmitCompleter;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.FrameCensus;
import io.millrace.statistics.KernelStatistics;
import io.millrace.statistics.PortStatistics;
import io.millrace.xdp.AcceptRule;
import io.millrace.xdp.XdpCounters;
import io.millrace.xdp.XdpException;
import java.util.List;
import java.util.stream.Stream;

/**
 * A port of type {@code af-xdp}: queues of one interface over one UMEM. Ports may share a UMEM, so that a frame that
 * leaves by another one of them is not copied. Frames go through the {@link XdpDataPath}; this class is the cold half,
 * which starts, reports and closes.
 */
public final class AfXdpPort
        implements FrameOwner,
                FrameSource,
                TransmitCompleter,
                Offloads,
                PollDescriptors,
                FrameSeeker,
                Linked,
                RuleAcceptor,
                KernelCounted {
    private final String name;
    private final UmemUsers users;
    private final UmemUsers.User user;
    private final XdpDataPath path;
    private final QueueRecovery recovery;
    private final PortCounters counters;
    private final PortLink link;
    private final PortInterface network;
    private final List<Integer> queueIds;

    private AfXdpPort(
            String name,
            UmemUsers users,
            UmemUsers.User user,
            PortCounters counters,
            PortLink link,
            PortInterface network,
            PortQueues first) {
        this.name = name;
        this.users = users;
        this.user = user;
        this.path = user.path();
        this.recovery = user.recovery();
        this.counters = counters;
        this.link = link;
        this.network = network;
        this.queueIds = Stream.of(first.queues()).map(XdpQueue::id).toList();
    }

    /**
     * Makes a port of queues that are already open.
     *
     * @param users   the ports that use the UMEM of the queues; this port becomes one of them
     * @param first   the queues that the port begins with
     * @param network opens other queues when the interface was lost and is back
     */
    static AfXdpPort of(
            int id,
            String name,
            UmemUsers users,
            PortCounters counters,
            PortQueues first,
            PortLink link,
            PortInterface network) {
        PortMemory memory = users.memory();
        short place = users.nextPlace();
        QueueExchange exchange = new QueueExchange(memory, place, users::auditHeld);
        UmemUsers.User user = new UmemUsers.User(
                id,
                name,
                XdpDataPath.over(id, memory, counters, link, exchange, first),
                new QueueRecovery(memory, place, link, network, exchange, first));
        users.add(user);
        return new AfXdpPort(name, users, user, counters, link, network, first);
    }

    @Override
    public void seekAt(FrameHolders others) {
        users.complete(others);
    }

    @Override
    public int id() {
        return user.portId();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Umem umem() {
        return users.memory().umem();
    }

    @Override
    public PortCounters counters() {
        return counters;
    }

    @Override
    public FrameMetadata newMetadata() {
        PortMemory memory = users.memory();
        return network.writesMetadata()
                ? new DriverMetadata(memory.umem(), memory.chains(), memory.metadataLength())
                : new EthernetMetadata(memory.umem(), memory.chains(), memory.metadataLength());
    }

    @Override
    public boolean takesFramesOf(Port other) {
        return other instanceof AfXdpPort that && that.users == users;
    }

    // ---- the duty cycle

    @Override
    public int receive(FrameInlet inlet) {
        return path.receive(inlet);
    }

    @Override
    public int transmit(FrameDescriptor frame) {
        return path.transmit(frame);
    }

    @Override
    public int transmitCopy(FrameDescriptor frame, FrameMetadata metadata) {
        return path.transmitCopy(frame, metadata);
    }

    @Override
    public int transmitRequested(FrameDescriptor frame, FrameMetadata metadata) {
        return path.transmitRequested(frame, metadata);
    }

    @Override
    public int askable() {
        return path.askable();
    }

    @Override
    public int offloads() {
        return path.offloads();
    }

    @Override
    public boolean finishesChecksums() {
        return path.finishesChecksums();
    }

    @Override
    public void release(FrameDescriptor frame) {
        path.release(frame);
    }

    /** {@inheritDoc} A frame leaves the RX ring when its whole batch has been handed in. */
    @Override
    public boolean holdsUntilReturn() {
        return true;
    }

    @Override
    public int complete() {
        return path.complete();
    }

    @Override
    public void flush() {
        path.flush();
    }

    @Override
    public int txInFlight() {
        return path.txInFlight();
    }

    @Override
    public int queueCount() {
        return queueIds.size();
    }

    @Override
    public int pollDescriptor(int queue) {
        return path.pollDescriptor(queue);
    }

    @Override
    public int pollGeneration() {
        return path.pollGeneration();
    }

    // ---- start, statistics, close

    @Override
    public List<LinkedPort> links() {
        return List.of(recovery);
    }

    @Override
    public void accept(List<String> rules) {
        List<AcceptRule> parsed = rules.stream().map(AcceptRule::parse).toList();
        try {
            network.accept(parsed);
        } catch (XdpException e) {
            throw new HostException(e.getMessage(), e);
        }
    }

    @Override
    public List<String> accepted() {
        return network.accepted().stream().map(AcceptRule::toString).toList();
    }

    @Override
    public void startReceiving() {
        recovery.device().startReceiving();
    }

    @Override
    public void stopReceiving() {
        recovery.device().stopReceiving();
    }

    @Override
    public PortStatistics statistics(int inStages, int leased) {
        return snapshot(users.estimate(user, inStages, leased));
    }

    @Override
    public KernelStatistics kernelStatistics() {
        AfXdpDevice device = recovery.device();
        return device.kernelStatistics().withEarlyDrops(device.xdpCounters().earlyDropped());
    }

    private PortStatistics snapshot(FrameCensus frames) {
        AfXdpDevice device = recovery.device();
        XdpCounters xdp = device.xdpCounters();
        GrantedMode mode = device.mode();
        return new PortStatistics(
                name,
                "af-xdp",
                "",
                queueIds,
                counters.all(),
                kernelStatistics(),
                frames,
                link.statistics(),
                null,
                counters.errors(),
                new AfXdpStatistics(
                        mode.attachText(),
                        mode.copyText(),
                        mode.asked(),
                        mode.why(),
                        device.txBudget(),
                        xdp.matched(),
                        xdp.passed(),
                        xdp.tooShort(),
                        path.plan() == null ? TransmitStates.OFF : path.plan().states()));
    }

    /**
     * {@inheritDoc}
     *
     * <p>The rings are unmapped with the port in any case: a mapped ring keeps its socket open, and so keeps the queue
     * busy.
     */
    @Override
    public PortStatistics close(FrameHolders whereabouts) {
        FrameCensus census = users.census(user, whereabouts);
        path.abandon();
        PortStatistics last = snapshot(census);
        recovery.close();
        return last;
    }
}
