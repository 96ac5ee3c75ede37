package io.millrace.core.link;

import io.millrace.core.link.LinkReport.Condition;
import io.millrace.core.thread.EngineLog;
import io.millrace.spi.config.OnLinkLoss;
import io.millrace.statistics.LinkState;
import io.millrace.statistics.LinkStatistics;
import org.slf4j.Logger;

/**
 * The interface of a port, as it was last heard of. Only the link thread writes; any thread reads, and the poller does
 * once a duty cycle, and for a frame only where it makes the frame's headers.
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
    /** Link thread only. */
    private int index;
    /** Whether this outage has been counted. Link thread only. */
    private boolean lost;
    /** Whether it has been heard of since it was opened. Link thread only. */
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

    /** Of a socket, which does not know how the interface is until it hears of it. */
    public static PortLink ofSocket(String portName, String interfaceName, int index) {
        return new PortLink(portName, interfaceName, index, OnLinkLoss.WAIT, LinkUse.SOCKET, true, 0);
    }

    /** Of a port whose frames need no interface: up for ever. */
    public static PortLink none(String portName) {
        return new PortLink(portName, "", 0, OnLinkLoss.WAIT, true, 0);
    }

    /** Link thread only. */
    int index() {
        return index;
    }

    /** The port's name in the config. Any thread. */
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
     * Whether waking the kernel can do anything. Without a carrier it can: what is sent is lost on the wire, as on any
     * other interface.
     */
    public boolean isOn() {
        Condition now = condition;
        return now == Condition.UP || now == Condition.NO_CARRIER;
    }

    /** Whether the interface is no longer there, and the port not open on another one. */
    public boolean isGone() {
        return condition.isGone();
    }

    /** Its MTU in bytes, as far as the link thread has heard; 0 if that is not known. */
    public int mtu() {
        return mtu;
    }

    /** Its MAC address in the lower six bytes, as far as the link thread has heard; 0 before that. */
    public long mac() {
        return mac;
    }

    /** A snapshot. */
    public LinkStatistics statistics() {
        Condition now = condition;
        LinkState state = now == Condition.UP ? LinkState.UP : now.isGone() ? LinkState.GONE : LinkState.DOWN;
        return new LinkStatistics(state, losses, mtu, reopened, why);
    }

    /** There will be no news: what is not gone is taken to be up. */
    void unwatched() {
        if (!isGone()) {
            condition = Condition.UP;
        }
    }

    /**
     * Takes news. Logs what has changed.
     *
     * @return whether an outage begins with it: the interface was up, or is gone
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
        // That it had no carrier from the start is no loss.
        boolean begins = !lost && (now.isGone() || before == Condition.UP && !first);
        if (begins) {
            losses++; // by this thread alone
        }
        lost = now != Condition.UP && (lost || begins);
        condition = now; // last: whoever sees it sees the rest
        return begins;
    }

    /**
     * The port is open on another interface of the name.
     *
     * @param heard what that was when it was last heard of; what has changed since then, news will tell
     */
    void reopened(LinkedPort.Reopened now, Condition heard) {
        LOG.warn("port {}: {} is back, and {}", portName, interfaceName, use.back());
        index = now.index();
        lost = false;
        known = false;
        mtu = now.mtu();
        mac = 0;
        why = "";
        reopened++; // by this thread alone
        condition = now.up() ? heard : Condition.OFF; // last: whoever sees it sees the rest
    }

    /** Says why the port is not open again. */
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

    /** The end of an outage is logged like its beginning: whoever hears of one should hear of the other. */
    private void log(Condition before, Condition now) {
        if (now == Condition.UP) {
            LOG.warn("port {}: {} is up", portName, interfaceName);
        } else if (before == Condition.OFF && now == Condition.NO_CARRIER) {
            LOG.info("port {}: {} is switched on, and has no carrier yet", portName, interfaceName);
        } else {
            LOG.warn("port {}: {} {}; {}", portName, interfaceName, now.text(), use.advice(now, interfaceName));
        }
    }

    /** Why the engine stops, in one line. */
    String reason() {
        return "port " + portName + " lost its link: " + interfaceName + " " + condition.text()
                + ", and on-link-loss = stop";
    }
}
