package io.millrace.afxdp;

import io.millrace.core.link.LinkedPort;
import io.millrace.core.link.PortLink;
import io.millrace.ring.FrameAudit;
import java.util.stream.Stream;

/**
 * What a port has of its interface, from the first one on: the cold half of a port whose queues may be lost and others
 * come. The link thread's, and that of whoever opens and closes the port; {@link #device} is for any thread.
 */
final class PortHolding implements LinkedPort {
    private final PortMemory memory;
    private final PortLink link;
    private final PortInterface network;
    private final QueueExchange exchange;
    /** What the fill rings hold when they are full. */
    private final int fillFrames;
    /** What is held in the kernel, or was last. */
    private volatile AfXdpDevice device;
    /** Null while there is nothing. */
    private PortQueues held;
    /** Among the ports that share the memory. */
    private short place;

    PortHolding(PortMemory memory, PortLink link, PortInterface network, QueueExchange exchange, PortQueues first) {
        this.memory = memory;
        this.link = link;
        this.network = network;
        this.exchange = exchange;
        this.held = first;
        this.device = first.device();
        this.fillFrames = Stream.of(first.queues()).mapToInt(XdpQueue::fillSize).sum();
    }

    AfXdpDevice device() {
        return device;
    }

    PortInterface network() {
        return network;
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

    @Override
    public String lastingLoss() {
        return exchange.miscounted() == 0 ? null : "its frames do not add up";
    }

    @Override
    public boolean letGo() {
        if (!exchange.isCollected() && !exchange.isAsked()) {
            exchange.lose(place);
        } else if (exchange.isLeft()) {
            collect();
        }
        return exchange.isCollected();
    }

    /** Ends the kernel's hold on the memory, as at a close, then takes the frames that it had. */
    private void collect() {
        held.close();
        held = null;
        exchange.collect(fillFrames);
    }

    @Override
    public Reopened reopen() {
        held = network.openAgain(exchange.homeless());
        AfXdpDevice fresh = held.device();
        if (fresh != null) {
            fresh.goOnFrom(device);
        }
        device = fresh;
        return new Reopened(held.interfaceIndex(), held.up(), held.mtu());
    }

    @Override
    public void resume() {
        keepLedger();
        exchange.bring(held);
    }

    /** A socket that is bound, for others to share its UMEM; null if there is none. */
    XdpSocket boundSocket() {
        return held == null || link.isGone() ? null : device.firstSocket();
    }

    /** Ports share the UMEM: their queues are to note which frames the kernel is given. Before the poller starts. */
    void share(short placeAmongPorts) {
        place = placeAmongPorts;
        keepLedger();
    }

    private void keepLedger() {
        if (memory.ledger() != null) {
            for (XdpQueue queue : held.queues()) {
                queue.keep(memory.ledger(), place);
            }
        }
    }

    /** At the close: what the poller has let go of and nobody has collected. */
    void collectRest() {
        if (exchange.isLeft()) {
            collect();
        }
    }

    /** Frames found too many or too few when an interface was lost; 0 unless the engine is broken. */
    int miscounted() {
        return exchange.miscounted();
    }

    void audit(FrameAudit audit) {
        exchange.audit(audit);
    }

    void close() {
        if (held != null) {
            held.close();
        }
    }
}
