package io.millrace.lab.demo;

import io.millrace.lab.traffic.EchoCounts;
import io.millrace.lab.traffic.EchoReport;
import io.millrace.lab.traffic.EchoTransport;
import io.millrace.lab.traffic.TcpTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/** A few connections over the loopback interface to an engine with a TCP port. */
final class TcpScene extends SocketScene {
    static final int CONNECTIONS = 4;

    private TcpTransport transport;
    private TcpTransport.Bytes before;
    private String failure = "";

    TcpScene(Placement cpus) {
        super(cpus, TcpScene::bindAndClose);
    }

    private static InetSocketAddress bindAndClose(InetSocketAddress anyPort) throws IOException {
        try (ServerSocketChannel channel = ServerSocketChannel.open().bind(anyPort)) {
            return (InetSocketAddress) channel.getLocalAddress();
        }
    }

    @Override
    String engineDoes() {
        return "sends each byte back";
    }

    @Override
    public String config() {
        return DemoConfig.tcp(address(), cpus());
    }

    @Override
    public EchoTransport open() {
        transport = TcpTransport.open(address(), CONNECTIONS);
        return transport;
    }

    @Override
    public String messages() {
        return "records";
    }

    @Override
    public void mark() {
        before = transport.bytes();
    }

    /** The engine closes its ends when it has sent the last bytes. */
    @Override
    public void end() {
        failure = transport.failure();
        transport.shutDownOutput();
    }

    /** {@inheritDoc} Bytes are what is followed. */
    @Override
    public Accounting account(EchoCounts counts, EngineResult engine) {
        return TcpFindings.account(bytes(), engine);
    }

    private TcpTransport.Bytes bytes() {
        return transport.bytes().since(before);
    }

    @Override
    public Findings findings(EchoReport traffic, EngineResult engine) {
        return new TcpFindings(traffic, engine, account(traffic.counts(), engine), bytes(), failure);
    }
}
