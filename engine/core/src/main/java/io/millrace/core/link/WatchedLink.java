package io.millrace.core.link;

import io.millrace.spi.EngineLog;
import io.millrace.spi.LinkCondition;
import io.millrace.spi.LinkStatus;
import io.millrace.spi.LinkedPort;
import io.millrace.spi.PortLink;
import io.millrace.statistics.LinkStatistics;
import org.slf4j.Logger;

/**
 * What has been heard of a port's interface, and what came of it: logs each change, counts outages, and tells the
 * port's {@link PortLink}. Link thread only.
 */
final class WatchedLink {
    private static final Logger LOG = EngineLog.of(WatchedLink.class);

    private final LinkedPort port;
    private final PortLink link;
    private final String portName;
    private final String interfaceName;
    private long losses;
    private long reopened;
    private String why = "";
    /** Whether the current outage has been counted. */
    private boolean lost;
    /** Whether there has been news of the interface since it was opened. */
    private boolean known;

    WatchedLink(LinkedPort port) {
        this.port = port;
        this.link = port.link();
        this.portName = link.portName();
        this.interfaceName = link.interfaceName();
    }

    LinkedPort port() {
        return port;
    }

    PortLink link() {
        return link;
    }

    /** The kernel's number of the interface. */
    int index() {
        return link.status().index();
    }

    /** There will be no news: an interface that is not gone is taken to be up. */
    void unwatched() {
        if (!link.isGone()) {
            publish(link.status().in(LinkCondition.UP));
        }
    }

    /**
     * Takes news, and logs what has changed.
     *
     * @return whether an outage begins: the interface was up before, or is gone
     */
    boolean accept(LinkReport report) {
        LinkStatus before = link.status();
        LinkCondition now = report.condition();
        boolean begins = false;
        if (now != before.condition()) {
            logChange(before.condition(), now);
            // An interface that had no carrier from the start has not been lost.
            begins = !lost && (now.isGone() || before.condition() == LinkCondition.UP && known);
            lost = now != LinkCondition.UP && (lost || begins);
        }
        known = true;
        if (begins) {
            losses++;
        }
        publish(new LinkStatus(before.index(), now, heardMtu(before, report), heardMac(before, report)));
        return begins;
    }

    private int heardMtu(LinkStatus before, LinkReport report) {
        if (report.mtu() == 0) {
            return before.mtu(); // nothing was said of it
        }
        if (before.mtu() != 0 && report.mtu() != before.mtu()) {
            LOG.warn(
                    "port {}: the MTU of {} is {} now, it was {}", portName, interfaceName, report.mtu(), before.mtu());
        }
        return report.mtu();
    }

    private long heardMac(LinkStatus before, LinkReport report) {
        if (report.mac() == 0) {
            return before.mac(); // nothing was said of it
        }
        if (before.mac() != 0 && report.mac() != before.mac()) {
            LOG.warn("port {}: the MAC address of {} has changed", portName, interfaceName);
        }
        return report.mac();
    }

    /** Logs the end of an outage at the same level as its beginning, so that a reader who sees one sees the other. */
    private void logChange(LinkCondition before, LinkCondition now) {
        if (now == LinkCondition.UP) {
            LOG.warn("port {}: {} is up", portName, interfaceName);
        } else if (before == LinkCondition.OFF && now == LinkCondition.NO_CARRIER) {
            LOG.info("port {}: {} is switched on, and has no carrier yet", portName, interfaceName);
        } else {
            LOG.warn("port {}: {} {}; {}", portName, interfaceName, now.text(), port.advice(now));
        }
    }

    /**
     * The port is open on another interface with the name.
     *
     * @param heard the interface's last known condition; later changes come as news
     */
    void reopened(LinkedPort.Reopened now, LinkCondition heard) {
        LOG.warn("port {}: {} is back, and {}", portName, interfaceName, port.whenBack());
        lost = false;
        known = false;
        why = "";
        reopened++;
        publish(new LinkStatus(now.index(), now.up() ? heard : LinkCondition.OFF, now.mtu(), 0));
    }

    /** Notes why the port is not open again. */
    void notReopened(String reason) {
        why = reason;
        publish(link.status());
    }

    private void publish(LinkStatus status) {
        link.update(status, new LinkStatistics(status.condition().state(), losses, status.mtu(), reopened, why));
    }

    /** Says in one line why the engine stops. */
    String reason() {
        return "port " + portName + " lost its link: " + interfaceName + " "
                + link.status().condition().text() + ", and on-link-loss = stop";
    }
}
