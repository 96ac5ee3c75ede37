package io.millrace.spi;

import io.millrace.spi.config.OnLinkLoss;
import io.millrace.statistics.LinkStatistics;

/**
 * An interface of the host that a port depends on, as the engine has last heard of it. The port makes it, and its
 * {@link LinkedPort} hands it to the engine, whose link thread writes to it. Any thread reads, and the poller does once
 * a duty cycle, and for a frame only where it makes the frame's headers.
 */
public final class PortLink {
    private final String portName;
    private final String interfaceName;
    private final OnLinkLoss onLoss;
    private volatile LinkStatistics statistics;
    private volatile LinkStatus status;

    /**
     * @param portName      the port's name in the config
     * @param interfaceName the interface's, as the config has it
     * @param index         the kernel's number of the interface
     * @param onLoss        what the config wants when it goes down or is gone
     * @param up            whether it was switched on when the port was opened
     * @param mtu           in bytes, or 0 if that is not known
     */
    public PortLink(String portName, String interfaceName, int index, OnLinkLoss onLoss, boolean up, int mtu) {
        this.portName = portName;
        this.interfaceName = interfaceName;
        this.onLoss = onLoss;
        LinkCondition condition = up ? LinkCondition.UP : LinkCondition.OFF;
        this.statistics = new LinkStatistics(condition.state(), 0, mtu);
        this.status = new LinkStatus(index, condition, mtu, 0);
    }

    /** The link of a port whose frames need no interface: always up. */
    public static PortLink none(String portName) {
        return new PortLink(portName, "", 0, OnLinkLoss.WAIT, true, 0);
    }

    /** The port's name in the config. */
    public String portName() {
        return portName;
    }

    /** The interface's name, as the config has it. */
    public String interfaceName() {
        return interfaceName;
    }

    /** What the config wants when the interface goes down or is gone. */
    public OnLinkLoss onLoss() {
        return onLoss;
    }

    /** How the interface is. */
    public LinkStatus status() {
        return status;
    }

    /**
     * Returns whether it makes sense to wake the kernel. Without a carrier it does: what is sent is lost on the wire,
     * as on any other interface.
     */
    public boolean isOn() {
        LinkCondition now = status.condition();
        return now == LinkCondition.UP || now == LinkCondition.NO_CARRIER;
    }

    /** Returns whether the interface has gone and the port is not open on another one. */
    public boolean isGone() {
        return status.condition().isGone();
    }

    /** What is known of the interface. */
    public LinkStatistics statistics() {
        return statistics;
    }

    /** Takes news. The engine's link thread only, which counts what happens to the interface. */
    public void update(LinkStatus status, LinkStatistics statistics) {
        this.statistics = statistics;
        this.status = status; // written last, so that a port which sees it sees it counted
    }
}
