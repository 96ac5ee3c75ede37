package io.millrace.lab.bench;

import io.millrace.lab.net.Ethtool;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.traffic.FrameTemplate;
import java.io.IOException;
import java.util.Map;

/**
 * A turn with frames of the kernel's generator at an AF_XDP socket. The frames that the receiver handled are counted
 * where the XDP program hands them to its socket, or, if it has to send them back, as they reach the sender or the
 * other side. What a packet socket takes is only known to its owner, who has to tell it.
 */
final class AfXdpTurn extends GeneratorTurn<AfXdpTurn.Frames> {
    private static final int DRAIN_MS = 300;
    private static final int DRAIN_LIMIT_MS = 5_000;
    private static final long DRAIN_RUN_NS = 50_000_000;
    private static final int LOOK_MS = 50;

    private final VethPair out;

    /** @param out the pair by which a contender may send frames on instead of back */
    AfXdpTurn(Suite suite, Settings settings, VethPair pair, VethPair out, CpuDistanceMeter meter) {
        super(suite, settings, pair, meter);
        this.out = out;
    }

    /**
     * The numbers of frames that the kernel has counted.
     *
     * @param arrived    frames that arrived at the receiver's interface
     * @param handedOver frames that the XDP program handed to the receiver's socket
     * @param refused    frames that this socket had no room for, or that the XDP program dropped for that reason
     * @param returned   frames that came back to the sender, or to the other side
     */
    record Frames(long arrived, long handedOver, long refused, long returned) {
        Frames since(Frames before) {
            return new Frames(
                    arrived - before.arrived,
                    handedOver - before.handedOver,
                    refused - before.refused,
                    returned - before.returned);
        }
    }

    @Override
    FrameTemplate frame(Contender contender) {
        return FrameTemplate.udp()
                .macs(
                        Generator.NOBODY_MAC,
                        contender.usesPacketSocket()
                                ? Generator.OTHERS_MAC
                                : pair.right().mac())
                .ips(pair.left().ipv4Address(), Generator.NOBODY_IP)
                .length(settings.length())
                .build();
    }

    /** With GRO, veth takes in the generator's frames even without an XDP program. */
    @Override
    void prepare(Ethtool driver, Contender contender) {
        driver.receiveOffload(contender.usesPacketSocket());
    }

    @Override
    Frames counts(Ethtool driver) {
        Map<String, Long> statistics = driver.statistics();
        String queue = "rx_queue_" + settings.queue() + "_";
        return new Frames(
                statistics.getOrDefault(queue + "xdp_packets", 0L),
                statistics.getOrDefault(queue + "xdp_redirect", 0L),
                statistics.getOrDefault(queue + "drops", 0L) + statistics.getOrDefault(queue + "xdp_drops", 0L),
                pair.left().counters().rxPackets() + out.right().counters().rxPackets());
    }

    /** {@inheritDoc} Not before the receiver has had a CPU, which others may have. */
    @Override
    void settle(Contender contender, Receiver receiver, Ethtool driver, Frames start, long sent)
            throws IOException, InterruptedException {
        long before = receiver.cpuUse().runNs();
        for (int waitedMs = 0;
                waitedMs < DRAIN_MS
                        || waitedMs < DRAIN_LIMIT_MS && receiver.cpuUse().runNs() - before < DRAIN_RUN_NS;
                waitedMs += LOOK_MS) {
            Thread.sleep(LOOK_MS);
        }
    }

    @Override
    Account<Frames> account(Contender contender, Frames start, Frames end, long sent, Receiver.Result result) {
        return new Account<>() {
            @Override
            public double handled(Sample<Frames> from, Sample<Frames> to) {
                Frames frames = to.counts().since(from.counts());
                if (suite.isEcho() || !contender.usesPacketSocket()) {
                    return suite.isEcho() ? frames.returned : frames.handedOver;
                }
                long startNs = from.window().timeNs();
                long endNs = to.window().timeNs();
                return (endNs - startNs) / 1e9 * Progress.perSecond(result.progress(), "rx_frames", startNs, endNs);
            }

            @Override
            public double offered(Sample<Frames> from, Sample<Frames> to) {
                return to.counts().since(from.counts()).arrived;
            }

            @Override
            public double dropped(Sample<Frames> from, Sample<Frames> to) {
                return contender.usesPacketSocket() ? Double.NaN : to.counts().since(from.counts()).refused;
            }

            @Override
            public String problem() {
                return AfXdpTurn.problem(result.counts(), sent, end.since(start));
            }
        };
    }

    /** Says what does not add up in the frames that entered the receiver's interface, or "". */
    static String problem(Contender.Counts counts, long sent, Frames kernel) {
        boolean knows = counts.dropped() != Contender.UNKNOWN;
        long dropped = knows ? counts.dropped() : kernel.refused;
        if (counts.received() + dropped != sent) {
            return "sent " + sent + ", but received " + counts.received() + " and dropped " + dropped;
        }
        if (!knows && counts.received() != kernel.handedOver) {
            return "was handed " + kernel.handedOver + ", but received " + counts.received();
        }
        if (counts.returned() != kernel.returned) {
            return "sent back " + counts.returned() + ", but " + kernel.returned + " arrived";
        }
        return "";
    }
}
