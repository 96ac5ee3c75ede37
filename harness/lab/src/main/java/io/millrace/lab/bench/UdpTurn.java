package io.millrace.lab.bench;

import io.millrace.lab.net.Ethtool;
import io.millrace.lab.net.LinkCounters;
import io.millrace.lab.net.LocalSockets;
import io.millrace.lab.net.UdpCounters;
import io.millrace.lab.net.VethPair;
import io.millrace.lab.traffic.FrameTemplate;

/**
 * A turn with datagrams of the kernel's generator at a UDP socket. Received are those that the socket's owner took from
 * the kernel, dropped those that the socket's buffer had no room for, echoed those that came back to the sender's
 * interface.
 */
final class UdpTurn extends GeneratorTurn<UdpTurn.Datagrams> {
    /** Ethernet, IPv4, UDP. */
    static final int HEADERS_LENGTH = 42;

    private static final int LOOK_MS = 50;
    private static final int QUIET_MS = 150;
    private static final int QUIET_LIMIT_MS = 5_000;

    UdpTurn(Suite suite, Settings settings, VethPair pair, CpuDistanceMeter meter) {
        super(suite, settings, pair, meter);
    }

    /**
     * Datagrams that the kernel has counted.
     *
     * @param kernel  by UDP in the receiving namespace
     * @param arrived at the receiver's interface
     * @param echoed  back at the sender
     */
    record Datagrams(UdpCounters kernel, long arrived, long echoed) {}

    @Override
    FrameTemplate frame(Contender contender) {
        return FrameTemplate.udp()
                .macs(Generator.NOBODY_MAC, pair.right().mac())
                .ips(Generator.NOBODY_IP, pair.right().ipv4Address())
                .ports(Task.PORT, Task.PORT)
                .length(HEADERS_LENGTH + settings.length())
                .build();
    }

    @Override
    Datagrams counts(Ethtool driver) {
        return new Datagrams(
                pair.right().namespace().call(UdpCounters::read),
                driver.statistics().getOrDefault("rx_queue_0_xdp_packets", 0L),
                echoed());
    }

    /**
     * Datagrams that came to the sender's end. Told by the bytes, since some may travel as one packet that only an
     * interface at a wire would cut: it has one set of headers.
     */
    private long echoed() {
        LinkCounters counters = pair.left().counters();
        return (counters.rxBytes() - HEADERS_LENGTH * counters.rxPackets()) / settings.length();
    }

    @Override
    void settle(Contender contender, Receiver receiver, Ethtool driver, Datagrams start, long sent)
            throws InterruptedException {
        long last = -1;
        int quietMs = 0;
        for (int waitedMs = 0; waitedMs < QUIET_LIMIT_MS && quietMs < QUIET_MS; waitedMs += LOOK_MS) {
            Thread.sleep(LOOK_MS);
            Datagrams now = counts(driver);
            UdpCounters kernel = now.kernel.since(start.kernel);
            long handled = kernel.received() + now.echoed;
            // Only if datagrams are not merged is it known how many the kernel will count.
            boolean all = pair.right().namespace().call(() -> LocalSockets.udpReceiveQueueBytes(Task.PORT)) == 0
                    && (contender.takesMerged() || kernel.received() + kernel.errors() >= sent);
            quietMs = handled == last && all ? quietMs + LOOK_MS : 0;
            last = handled;
        }
    }

    @Override
    Account<Datagrams> account(Contender contender, Datagrams start, Datagrams end, long sent, Receiver.Result result) {
        UdpAccount books = new UdpAccount(
                sent,
                end.kernel.since(start.kernel),
                end.echoed - start.echoed,
                result.counts(),
                contender.takesMerged(),
                suite.isEcho());
        return new Account<>() {
            @Override
            public double handled(Sample<Datagrams> from, Sample<Datagrams> to) {
                return suite.isEcho()
                        ? to.counts().echoed - from.counts().echoed
                        : offered(from, to) - dropped(from, to);
            }

            @Override
            public double offered(Sample<Datagrams> from, Sample<Datagrams> to) {
                UdpCounters kernel = to.counts().kernel.since(from.counts().kernel);
                return contender.takesMerged()
                        ? to.counts().arrived - from.counts().arrived
                        : kernel.received() + kernel.bufferErrors();
            }

            @Override
            public double dropped(Sample<Datagrams> from, Sample<Datagrams> to) {
                return to.counts().kernel.since(from.counts().kernel).bufferErrors() * books.datagramsPerDrop();
            }

            @Override
            public String problem() {
                return books.problem();
            }
        };
    }
}
