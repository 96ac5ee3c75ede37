package io.millrace.lab.demo;

import io.millrace.lab.net.LinkCounters;
import io.millrace.lab.traffic.EchoCounts;
import io.millrace.lab.traffic.EchoReport;
import io.millrace.lab.traffic.EchoTransport;
import io.millrace.lab.traffic.UdpTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;

/** Datagrams over the loopback interface to an engine with a UDP port. */
final class UdpScene extends SocketScene {
    static final int PAYLOAD_LENGTH = 128;
    private static final String INTERFACE = "lo";

    private LinkCounters before;
    private long dropsBefore;
    private UdpTransport transport;

    UdpScene(Placement cpus) {
        super(cpus, UdpScene::bindAndClose);
    }

    private static InetSocketAddress bindAndClose(InetSocketAddress anyPort) throws IOException {
        try (DatagramChannel channel =
                DatagramChannel.open(StandardProtocolFamily.INET).bind(anyPort)) {
            return (InetSocketAddress) channel.getLocalAddress();
        }
    }

    private static LinkCounters counters() {
        try {
            return LinkCounters.read(INTERFACE);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the counters of " + INTERFACE + " can't be read (" + e.getMessage() + "); mount /proc", e);
        }
    }

    @Override
    String engineDoes() {
        return "sends each one back";
    }

    @Override
    public String config() {
        return DemoConfig.udp(address(), cpus());
    }

    @Override
    public EchoTransport open() {
        transport = UdpTransport.open(address(), PAYLOAD_LENGTH);
        return transport;
    }

    @Override
    public String messages() {
        return "datagrams";
    }

    @Override
    public void mark() {
        before = counters();
        dropsBefore = transport.drops();
    }

    @Override
    public Accounting account(EchoCounts counts, EngineResult engine) {
        return UdpFindings.account(
                counts, engine, drops(), counters().since(before).rxDropped());
    }

    private long drops() {
        return transport.drops() - dropsBefore;
    }

    @Override
    public Findings findings(EchoReport traffic, EngineResult engine) {
        return new UdpFindings(traffic, engine, account(traffic.counts(), engine), drops(), transport.failure());
    }
}
