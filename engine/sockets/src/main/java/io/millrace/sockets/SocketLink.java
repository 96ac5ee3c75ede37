package io.millrace.sockets;

import io.millrace.bindings.Libc;
import io.millrace.spi.EngineLog;
import io.millrace.spi.LinkCondition;
import io.millrace.spi.LinkedPort;
import io.millrace.spi.PortLink;
import io.millrace.spi.config.OnLinkLoss;
import org.slf4j.Logger;

/**
 * An interface on which a socket port has joined groups, or in whose zone its addresses are. The kernel knows these by
 * the interface's number, and forgets them with the interface: they are set up again on the next interface of the name.
 * That only takes system calls on descriptors that the port keeps until the link thread has ended. So the poller has no
 * part in it, except that connections end with their interface.
 */
final class SocketLink implements LinkedPort {
    private static final Logger LOG = EngineLog.of(SocketLink.class);
    /**
     * {@code IPV4_MIN_MTU} and {@code IPV6_MIN_MTU}: with a smaller MTU the kernel removes IP and multicast groups from
     * an interface.
     */
    private static final int LEAST_MTU_IPV4 = 68;

    private static final int LEAST_MTU_IPV6 = 1280;

    private final String portName;
    private final String interfaceName;
    private final boolean isIpv4;
    private final PortLink link;
    private final SocketLinks.SetUp setUp;
    /** Only the link thread may use this. */
    private int index;

    private boolean lacksIp;

    /** @param setUp sets up on an interface what the port has there */
    SocketLink(String portName, String interfaceName, int index, boolean isIpv4, SocketLinks.SetUp setUp) {
        this.portName = portName;
        this.interfaceName = interfaceName;
        this.isIpv4 = isIpv4;
        this.link = new PortLink(portName, interfaceName, index, OnLinkLoss.WAIT, true, 0);
        this.setUp = setUp;
        this.index = index;
    }

    @Override
    public PortLink link() {
        return link;
    }

    @Override
    public void loseLink() {
        setUp.lose(interfaceName);
    }

    @Override
    public String advice(LinkCondition now) {
        return switch (now) {
            case NO_CARRIER -> "nothing comes or leaves by it until its cable or its peer is back";
            case OFF -> "nothing comes or leaves by it until `ip link set " + interfaceName + " up`";
            default ->
                "the port goes on, but for its groups and link-local addresses there, until an interface "
                        + interfaceName + " is there again";
        };
    }

    @Override
    public String whenBack() {
        return "the port's groups and link-local addresses there are set up anew";
    }

    @Override
    public String lastingLoss() {
        return null;
    }

    /**
     * {@inheritDoc} It does not: a socket can join groups on an interface that is down, and misses nothing when it
     * comes up.
     */
    @Override
    public boolean needsSwitchedOn() {
        return false;
    }

    @Override
    public boolean letGo() {
        return setUp.isLost(interfaceName);
    }

    @Override
    public Reopened reopen() {
        int now = Libc.ifNameToIndex(interfaceName);
        setUp.on(interfaceName, now);
        index = now;
        lacksIp = false;
        return new Reopened(now, true, 0);
    }

    @Override
    public void resume() {}

    @Override
    public void hearMtu(int mtu) {
        if (mtu == 0) {
            return;
        }
        boolean lacked = lacksIp;
        lacksIp = mtu < (isIpv4 ? LEAST_MTU_IPV4 : LEAST_MTU_IPV6);
        if (lacksIp && !lacked) {
            LOG.warn(
                    "port {}: the MTU of {} is {}, too small for IPv{}: nothing comes to the port's groups and"
                            + " link-local addresses there until it is larger",
                    portName,
                    interfaceName,
                    mtu,
                    isIpv4 ? 4 : 6);
        } else if (lacked && !lacksIp) {
            joinAgain();
        }
    }

    private void joinAgain() {
        try {
            setUp.on(interfaceName, index);
            LOG.warn(
                    "port {}: {} has IPv{} again, and the port's groups there are joined anew",
                    portName,
                    interfaceName,
                    isIpv4 ? 4 : 6);
        } catch (RuntimeException e) {
            LOG.error(
                    "port {}: {} has IPv{} again, and the port can't use it ({}); restart the engine",
                    portName,
                    interfaceName,
                    isIpv4 ? 4 : 6,
                    e.getMessage());
        }
    }
}
