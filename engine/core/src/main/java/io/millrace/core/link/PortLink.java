package io.millrace.core.link;

import io.millrace.core.link.LinkReport.Condition;
import io.millrace.core.thread.EngineLog;
import io.millrace.spi.config.OnLinkLoss;
import io.millrace.statistics.LinkState;
import io.millrace.statistics.LinkStatistics;
import org.slf4j.Logger;

/**
 * The state of a port's interface, as it was last heard of. Only the link thread writes it and any thread may read it.
 * The poller reads it once a duty cycle, and for each frame only when it makes the frame's headers.
 */
public final class PortLink {
    private static final Logger LOG = EngineLog.of(PortLink.class);

    private final String portName;
    private final String interfaceName;
    private final OnLinkLoss onLoss;
    private final LinkUse use;
    private volatile Condition condition;
    private volatile int mtu;
    private volatile long mac;
    private volatile long losses;
    private volatile long reopened;
    private volatile String why = "";
    /** Only the link thread may use this. */
    private int index;
    /** Whether the current outage has been counted. Only the link thread may use this. */
    private boolean lost;
    /** Whether there has been news of the interface since it was opened. Only the link thread may use this. */
    private boolean known;

    /**
     * @param index the kernel's number of the interface
     * @param up    whether it was switched on when it was opened
     * @param mtu   in bytes, or 0 if that is not known
     */
    public PortLink(String portName, String interfaceName, int index, OnLinkLoss onLoss, boolean up, int mtu) {
        this(portName, interfaceName, index, onLoss, LinkUse.QUEUES, up, mtu);
    }

    private PortLink(
            String portName, String interfaceName, int index, OnLinkLoss onLoss, LinkUse use, boolean up, int mtu) {
        this.portName = portName;
        this.interfaceName = interfaceName;
        this.index = index;
        this.onLoss = onLoss;
        this.use = use;
        this.condition = up ? Condition.UP : Condition.OFF;
        this.mtu = mtu;
    }

    /** The link of a socket, which does not know the interface's state until there is news. */
    public static PortLink ofSocket(String portName, String interfaceName, int index) {
        return new PortLink(portName, interfaceName, index, OnLinkLoss.WAIT, LinkUse.SOCKET, true, 0);
    }

    /** The link of a port whose frames need no interface: always up. */
    public static PortLink none(String portName) {
        return new PortLink(portName, "", 0, OnLinkLoss.WAIT, true, 0);
    }

    /** Only the link thread may call this. */
    int index() {
        return index;
    }

    /** The port's name in the config. Any thread may call this. */
    public String portName() {
        return portName;
    }

    String interfaceName() {
        return interfaceName;
    }

    OnLinkLoss onLoss() {
        return onLoss;
    }

    /**
     * Returns whether it makes sense to wake the kernel. Without a carrier it does: what is sent is lost on the wire,
     * as on any other interface.
     */
    public boolean isOn() {
        Condition now = condition;
        return now == Condition.UP || now == Condition.NO_CARRIER;
    }

    /** Returns whether the interface has gone and the port is not open on another one. */
    public boolean isGone() {
        return condition.isGone();
    }

    /** The interface's MTU in bytes, as far as the link thread has heard; 0 if it is not known. */
    public int mtu() {
        return mtu;
    }

    /** The interface's MAC address in the lower six bytes, as far as the link thread has heard; 0 before that. */
    public long mac() {
        return mac;
    }

    /** A snapshot. */
    public LinkStatistics statistics() {
        Condition now = condition;
        LinkState state = now == Condition.UP ? LinkState.UP : now.isGone() ? LinkState.GONE : LinkState.DOWN;
        return new LinkStatistics(state, losses, mtu, reopened, why);
    }

    /** There will be no news: an interface that is not gone is taken to be up. */
    void unwatched() {
        if (!isGone()) {
            condition = Condition.UP;
        }
    }

    /**
     * Takes news, and logs what has changed.
     *
     * @return whether an outage begins: the interface was up before, or is gone
     */
    boolean accept(LinkReport report) {
        noteMtu(report.mtu());
        noteMac(report.mac());
        Condition before = condition;
        Condition now = report.condition();
        boolean first = !known;
        known = true;
        if (now == before) {
            return false;
        }
        log(before, now);
        // An interface that had no carrier from the start has not been lost.
        boolean begins = !lost && (now.isGone() || before == Condition.UP && !first);
        if (begins) {
            losses++; // only this thread writes it
        }
        lost = now != Condition.UP && (lost || begins);
        condition = now; // written last, so that a thread which sees it sees the rest
        return begins;
    }

    /**
     * The port is open on another interface with the name.
     *
     * @param heard the interface's last known condition; later changes come as news
     */
    void reopened(LinkedPort.Reopened now, Condition heard) {
        LOG.warn("port {}: {} is back, and {}", portName, interfaceName, use.back());
        index = now.index();
        lost = false;
        known = false;
        mtu = now.mtu();
        mac = 0;
        why = "";
        reopened++; // only this thread writes it
        condition = now.up() ? heard : Condition.OFF; // written last, so that a thread which sees it sees the rest
    }

    /** Logs why the port is not open again. */
    void notReopened(String reason) {
        why = reason;
    }

    private void noteMtu(int reported) {
        int before = mtu;
        if (reported != 0 && reported != before) {
            mtu = reported;
            if (before != 0) {
                LOG.warn("port {}: the MTU of {} is {} now, it was {}", portName, interfaceName, reported, before);
            }
        }
    }

    private void noteMac(long reported) {
        long before = mac;
        if (reported != 0 && reported != before) {
            mac = reported;
            if (before != 0) {
                LOG.warn("port {}: the MAC address of {} has changed", portName, interfaceName);
            }
        }
    }

    /** Logs the end of an outage at the same level as its beginning, so that a reader who sees one sees the other. */
    private void log(Condition before, Condition now) {
        if (now == Condition.UP) {
            LOG.warn("port {}: {} is up", portName, interfaceName);
        } else if (before == Condition.OFF && now == Condition.NO_CARRIER) {
            LOG.info("port {}: {} is switched on, and has no carrier yet", portName, interfaceName);
        } else {
            LOG.warn("port {}: {} {}; {}", portName, interfaceName, now.text(), use.advice(now, interfaceName));
        }
    }

    /** Says in one line why the engine stops. */
    String reason() {
        return "port " + portName + " lost its link: " + interfaceName + " " + condition.text()
                + ", and on-link-loss = stop";
    }
}
