package io.millrace.afxdp;

import io.millrace.ring.FrameAudit;
import io.millrace.spi.EngineLog;
import io.millrace.spi.LinkCondition;
import io.millrace.spi.LinkedPort;
import io.millrace.spi.PortLink;
import java.util.stream.Stream;
import org.slf4j.Logger;

/**
 * Owns what a port has in the kernel: closes it when the interface is lost, and opens the port's queues again when an
 * interface of that name is back. Used by the link thread, and by the thread that closes the port after the link thread
 * has ended; {@link #device} is for any thread.
 */
final class QueueRecovery implements LinkedPort {
    private static final Logger LOG = EngineLog.of(QueueRecovery.class);

    private final PortMemory memory;
    private final short place;
    private final PortLink link;
    private final PortInterface network;
    private final QueueExchange exchange;
    /** How many frames the fill rings hold when they are full. */
    private final int fillFrames;
    /** What the port has in the kernel, or had there last. */
    private volatile AfXdpDevice device;
    /** Null while the port has nothing in the kernel. */
    private PortQueues open;
    /** How many frames too many or too few were found when an interface was lost; 0 unless the engine has a bug. */
    private int miscounted;

    /**
     * @param place the port's place among the users of the memory
     * @param first the queues that the port begins with
     */
    QueueRecovery(
            PortMemory memory,
            short place,
            PortLink link,
            PortInterface network,
            QueueExchange exchange,
            PortQueues first) {
        this.memory = memory;
        this.place = place;
        this.link = link;
        this.network = network;
        this.exchange = exchange;
        this.open = first;
        this.device = first.device();
        this.fillFrames = Stream.of(first.queues()).mapToInt(XdpQueue::fillSize).sum();
    }

    AfXdpDevice device() {
        return device;
    }

    @Override
    public PortLink link() {
        return link;
    }

    /**
     * {@inheritDoc} An interface that was moved to another namespace still has the program, which would take frames
     * away from the interface's new users.
     */
    @Override
    public void loseLink() {
        device.loseInterface();
    }

    @Override
    public String advice(LinkCondition now) {
        return switch (now) {
            case NO_CARRIER -> "nothing is received until its cable or its peer is back";
            case OFF -> "frames to be sent wait until `ip link set " + link.interfaceName() + " up`";
            default ->
                "the port receives and sends nothing until an interface " + link.interfaceName() + " is there again";
        };
    }

    @Override
    public String whenBack() {
        return "the port is open on it";
    }

    @Override
    public String lastingLoss() {
        return miscounted == 0 ? null : "its frames do not add up";
    }

    /** {@inheritDoc} If the poller has not taken new queues yet, they are taken back after it has. */
    @Override
    public boolean letGo() {
        switch (exchange.state()) {
            case IN_USE -> exchange.ask();
            case LEFT -> collect();
            case COLLECTED -> {
                return true;
            }
            case ASKED, BROUGHT -> {} // the next step is the poller's
        }
        return exchange.state() == QueueExchange.State.COLLECTED;
    }

    /** Ends the kernel's use of the memory, then collects the frames that it had. */
    private void collect() {
        open.close();
        open = null;
        FrameSearch search = exchange.collect(fillFrames);
        if (search.difference() != 0) {
            miscounted += search.difference();
            LOG.error(
                    "port {}: frames do not add up at the loss of its interface, {}; report this",
                    link.portName(),
                    search);
        }
    }

    @Override
    public Reopened reopen() {
        open = network.openAgain(exchange.kept());
        AfXdpDevice fresh = open.device();
        if (fresh != null) {
            fresh.goOnFrom(device);
        }
        device = fresh;
        return new Reopened(open.interfaceIndex(), open.up(), open.mtu());
    }

    @Override
    public void resume() {
        keepLedger();
        exchange.bring(open);
    }

    /**
     * Makes the queues record which frames they give to the kernel, if ports share the memory. Called before the poller
     * has them.
     */
    void keepLedger() {
        if (memory.ledger() != null) {
            for (XdpQueue queue : open.queues()) {
                queue.keep(memory.ledger(), place);
            }
        }
    }

    /** Collects the frames that the poller has let go of, if that has not been done. Used at the close. */
    void collectRest() {
        if (exchange.state() == QueueExchange.State.LEFT) {
            collect();
        }
    }

    /** By how many frames the searches were wrong; 0 unless the engine has a bug. */
    int miscounted() {
        return miscounted;
    }

    /** Reports the free frames that neither the poller nor the kernel has. Used at the close. */
    void audit(FrameAudit audit) {
        exchange.audit(audit);
    }

    /** Closes what the port has in the kernel. */
    void close() {
        if (open != null) {
            open.close();
        }
    }
}
