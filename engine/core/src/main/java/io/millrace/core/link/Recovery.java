package io.millrace.core.link;

import io.millrace.spi.EngineLog;
import io.millrace.spi.LinkCondition;
import io.millrace.spi.LinkedPort;
import io.millrace.spi.PortLink;
import io.millrace.spi.config.OnLinkLoss;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Recovers a port whose interface is gone: releases everything that belonged to the interface, waits until one with the
 * same name is switched on, and opens the port on that. If opening fails it tries again, at growing intervals. Only the
 * link thread may use this.
 */
final class Recovery {
    /** There is nothing to do until there is news. */
    static final long NEVER = Long.MAX_VALUE;

    private static final Logger LOG = EngineLog.of(Recovery.class);
    /**
     * How soon to ask again whether the poller has let go. It does so in its next duty cycle, unless a stage holds it
     * up.
     */
    private static final long LETTING_GO_NS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long LONGEST_LETTING_GO_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long FIRST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE_NS = TimeUnit.SECONDS.toNanos(5);
    /** The number of attempts, which take about a minute and a half together. */
    private static final int MOST_ATTEMPTS = 25;

    private final WatchedLink watched;
    private final LinkedPort port;
    private final PortLink link;
    private boolean away;
    private boolean letGo;
    /** Whether there is an interface with the name, switched on if that is needed. */
    private boolean there;

    private LinkCondition heard;
    private int heardMtu;
    private int attempts;
    private long pauseNs;
    /** When there is something to do, by {@link System#nanoTime}; NEVER if there is nothing. */
    private boolean due;

    private long dueNs;

    Recovery(WatchedLink watched) {
        this.watched = watched;
        this.port = watched.port();
        this.link = watched.link();
    }

    /** Begins the recovery: the interface is gone. */
    void begin(long nowNs) {
        if (link.onLoss() == OnLinkLoss.STOP) {
            return; // the engine stops instead
        }
        away = true;
        letGo = false;
        there = false;
        String forEver = port.lastingLoss();
        if (forEver != null) {
            watched.notReopened("restart the engine when it is back: " + forEver);
            return;
        }
        pauseNs = LETTING_GO_NS;
        dueIn(0, nowNs);
    }

    /** Takes news of any interface while the port's own is gone. */
    void hear(LinkReport report, long nowNs) {
        if (!away || !report.isNamed(link.interfaceName())) {
            return;
        }
        boolean isOn = report.condition() == LinkCondition.UP
                || report.condition() == LinkCondition.NO_CARRIER
                || report.condition() == LinkCondition.OFF && !port.needsSwitchedOn();
        if (port.lastingLoss() != null) {
            if (isOn && !there) {
                LOG.warn(
                        "port {}: there is an interface {} again; restart the engine to use it: {}",
                        link.portName(),
                        link.interfaceName(),
                        port.lastingLoss());
            }
        } else if (isOn && (!there || attempts >= MOST_ATTEMPTS && isNews(report))) {
            attempts = 0;
            if (letGo) {
                pauseNs = FIRST_PAUSE_NS;
                dueIn(0, nowNs);
            }
        } else if (!isOn) {
            watched.notReopened(
                    report.condition() == LinkCondition.OFF
                            ? "there is an interface " + link.interfaceName() + ", and it is switched off"
                            : "");
            due = due && !letGo;
        }
        there = isOn;
        heard = report.condition();
        heardMtu = report.mtu() == 0 ? heardMtu : report.mtu();
    }

    /**
     * Returns whether the interface was switched off or on or has another MTU, so that what prevented the opening may
     * have changed.
     */
    private boolean isNews(LinkReport report) {
        return report.condition() != heard || report.mtu() != 0 && report.mtu() != heardMtu;
    }

    /** How long there is nothing to do, in nanoseconds: 0 if there is something, NEVER if only news can change that. */
    long waitNs(long nowNs) {
        return due ? Math.max(0, dueNs - nowNs) : NEVER;
    }

    /**
     * Does what is due.
     *
     * @return whether the port has been opened on another interface
     */
    boolean turn(long nowNs) {
        if (!due || dueNs - nowNs > 0) {
            return false;
        }
        due = false;
        if (!letGo) {
            letGo(nowNs);
        }
        return letGo && there && reopen(nowNs);
    }

    private void letGo(long nowNs) {
        letGo = port.letGo();
        if (letGo) {
            pauseNs = FIRST_PAUSE_NS;
        } else {
            dueIn(pauseNs, nowNs);
            pauseNs = Math.min(2 * pauseNs, LONGEST_LETTING_GO_NS);
        }
    }

    private boolean reopen(long nowNs) {
        String forEver = port.lastingLoss();
        if (forEver != null) {
            watched.notReopened("restart the engine: " + forEver);
            return false;
        }
        try {
            watched.reopened(port.reopen(), heard);
            port.resume();
            away = false;
            return true;
        } catch (RuntimeException e) {
            retryLater(reason(e), nowNs);
            return false;
        }
    }

    private static String reason(RuntimeException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private void retryLater(String reason, long nowNs) {
        attempts++;
        watched.notReopened(reason);
        if (attempts == MOST_ATTEMPTS) {
            LOG.error(
                    "port {}: {} is there again and can't be opened, after {} attempts: {}; switch it off and on to"
                            + " have it tried again, or restart the engine",
                    link.portName(),
                    link.interfaceName(),
                    attempts,
                    reason);
            return;
        }
        if (attempts == 1) {
            LOG.warn(
                    "port {}: {} is there again and can't be opened yet: {}; it is tried again",
                    link.portName(),
                    link.interfaceName(),
                    reason);
        } else {
            LOG.debug("port {}: attempt {}: {}", link.portName(), attempts, reason);
        }
        dueIn(pauseNs, nowNs);
        pauseNs = Math.min(2 * pauseNs, LONGEST_PAUSE_NS);
    }

    private void dueIn(long waitNs, long nowNs) {
        due = true;
        dueNs = nowNs + waitNs;
    }
}
