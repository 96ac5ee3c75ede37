package io.millrace.lab.net;

import io.millrace.bindings.libc.libc_h;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Two network namespaces joined by a veth pair, with addresses and static neighbours on both ends: no ARP, no neighbour
 * discovery, no wait for duplicate addresses. Checksums are computed in software unless asked otherwise, so that a
 * frame holds what a wire would carry.
 *
 * <p>{@link #close} removes the pair; the namespaces are their maker's. Any thread may use it.
 */
public final class VethPair implements AutoCloseable {
    private static final Pattern UP = Pattern.compile("\"operstate\":\"UP\"");
    private static final int UP_LOOKS = 1_000;
    private static final long UP_PAUSE_MS = 5;
    private static final Pattern XDP = Pattern.compile("\"xdp\":\\{");

    /**
     * One end.
     *
     * @param namespace     where it is
     * @param interfaceName its name there
     * @param mac           its address, {@code 02:…}
     * @param ipv4          its address, without prefix length
     * @param ipv6          its address, without prefix length
     */
    public record End(Namespace namespace, String interfaceName, String mac, String ipv4, String ipv6) {
        /** The IPv4 address. */
        public InetAddress ipv4Address() {
            return InetAddress.ofLiteral(ipv4);
        }

        /** The IPv6 address. */
        public InetAddress ipv6Address() {
            return InetAddress.ofLiteral(ipv6);
        }

        /** What the kernel counted for the interface so far. */
        public LinkCounters counters() {
            return namespace.call(() -> LinkCounters.read(interfaceName));
        }

        /**
         * Waits until the kernel has noticed that there is another end, which it does in the background: before, it
         * drops what is sent.
         */
        private void awaitUp() {
            namespace.run(() -> {
                for (int i = 0;
                        !UP.matcher(Ip.run("-json", "link", "show", "dev", interfaceName))
                                .find();
                        i++) {
                    if (i == UP_LOOKS) {
                        throw new IllegalStateException(interfaceName + " does not come up");
                    }
                    Thread.sleep(UP_PAUSE_MS);
                }
            });
        }

        /** Returns whether an XDP program is attached. */
        public boolean hasXdpProgram() {
            return namespace.call(() -> XDP.matcher(Ip.run("-json", "link", "show", "dev", interfaceName))
                    .find());
        }

        /** Opens a socket that sends frames as they are, and sees all that pass here, either way. */
        public RawSocket rawSocket() {
            return namespace.call(() -> RawSocket.open(interfaceName, libc_h.ETH_P_ALL()));
        }

        /** Opens the driver's counters and offload switches. */
        public Ethtool ethtool() {
            return namespace.call(() -> new Ethtool(interfaceName));
        }
    }

    /** Settings of a pair; the defaults fit a test. */
    public static final class Builder {
        private final Namespace left;
        private final Namespace right;
        private String leftName = "left0";
        private String rightName = "right0";
        private int queues = 1;
        private int mtu = 1500;
        private boolean receiveOffload;
        private boolean transmitOffload;
        private boolean ipv6 = true;
        private final List<String> rightNeighbours = new ArrayList<>();

        private Builder(Namespace left, Namespace right) {
            this.left = left;
            this.right = right;
        }

        /** The interfaces' names. */
        public Builder names(String newLeftName, String newRightName) {
            leftName = newLeftName;
            rightName = newRightName;
            return this;
        }

        /** RX and TX queues of each end. */
        public Builder queues(int count) {
            queues = count;
            return this;
        }

        /** Largest packet without the Ethernet header. */
        public Builder mtu(int lengthBytes) {
            mtu = lengthBytes;
            return this;
        }

        /** Switches GRO on at the right end, so that it takes in XDP frames without an XDP program of its own. */
        public Builder receiveWithoutProgram() {
            receiveOffload = true;
            return this;
        }

        /**
         * Leaves checksums, and the cutting of what is longer than a packet, to the interfaces, as with most network
         * cards: between the ends of a pair that is never done.
         */
        public Builder transmitOffload() {
            transmitOffload = true;
            return this;
        }

        /** Tells the right end of a neighbour that is not there: what it sends to it reaches the left end's door. */
        public Builder rightNeighbour(String ipv4, String mac) {
            rightNeighbours.add("neighbour replace " + ipv4 + " lladdr " + mac + " nud permanent");
            return this;
        }

        /** Leaves IPv6 out, so that only the test's own frames are on the wire. */
        public Builder withoutIpv6() {
            ipv6 = false;
            return this;
        }

        /**
         * Makes the pair.
         *
         * @throws IllegalStateException with ip's error text when that fails
         */
        public VethPair create() {
            VethPair pair = new VethPair(
                    new End(left, leftName, "02:00:5e:10:00:01", "10.99.0.1", "fd00:99::1"),
                    new End(right, rightName, "02:00:5e:10:00:02", "10.99.0.2", "fd00:99::2"));
            try {
                left.run(() -> Ip.run(
                        "link",
                        "add",
                        leftName,
                        "numtxqueues",
                        "" + queues,
                        "numrxqueues",
                        "" + queues,
                        "type",
                        "veth",
                        "peer",
                        "name",
                        rightName,
                        "numtxqueues",
                        "" + queues,
                        "numrxqueues",
                        "" + queues,
                        "netns",
                        "" + right.threadId()));
                pair.configure(pair.left, pair.right, this);
                pair.configure(pair.right, pair.left, this);
                if (receiveOffload) {
                    pair.receiveOffload();
                }
                pair.left.awaitUp();
                pair.right.awaitUp();
                return pair;
            } catch (RuntimeException e) {
                pair.close();
                throw e;
            }
        }
    }

    private final End left;
    private final End right;

    private VethPair(End left, End right) {
        this.left = left;
        this.right = right;
    }

    /** Starts to describe a pair from one namespace to the other. */
    public static Builder between(Namespace left, Namespace right) {
        return new Builder(left, right);
    }

    private void configure(End end, End other, Builder settings) {
        String device = " dev " + end.interfaceName;
        List<String> commands = new ArrayList<>();
        // No link-local address: routers are looked for, and groups joined, with frames that a test did not send.
        commands.add("link set" + device + " address " + end.mac + " mtu " + settings.mtu + " addrgenmode none");
        commands.add("address add " + end.ipv4 + "/24" + device);
        if (settings.ipv6) {
            commands.add("address add " + end.ipv6 + "/64" + device + " nodad");
        }
        commands.add("link set" + device + " up");
        commands.add("neighbour replace " + other.ipv4 + " lladdr " + other.mac + " nud permanent" + device);
        if (settings.ipv6) {
            commands.add("neighbour replace " + other.ipv6 + " lladdr " + other.mac + " nud permanent" + device);
        }
        if (end == right) {
            settings.rightNeighbours.forEach(neighbour -> commands.add(neighbour + device));
        }
        end.namespace.run(() -> {
            Path ipv6Switch = Path.of("/proc/sys/net/ipv6/conf/" + end.interfaceName + "/disable_ipv6");
            if (!settings.ipv6 && Files.exists(ipv6Switch)) {
                Files.writeString(ipv6Switch, "1");
            }
            Ip.batch(commands);
            try (Ethtool ethtool = new Ethtool(end.interfaceName)) {
                ethtool.transmitChecksumOffload(settings.transmitOffload);
            }
        });
    }

    private void receiveOffload() {
        try (Ethtool ethtool = right.ethtool()) {
            ethtool.receiveOffload(true);
        }
    }

    /** The end that a test sends from. */
    public End left() {
        return left;
    }

    /** The end that the engine has. */
    public End right() {
        return right;
    }

    /** Removes both ends. May be called again, and after the namespaces were closed. */
    @Override
    public void close() {
        try {
            left.namespace.run(() -> Ip.run("link", "delete", "dev", left.interfaceName));
        } catch (IllegalStateException e) {
            // It was never made, or is already gone.
        }
    }
}
