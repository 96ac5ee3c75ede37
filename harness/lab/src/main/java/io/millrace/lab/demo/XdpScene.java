package io.millrace.lab.demo;

import io.millrace.lab.net.VethPair;
import io.millrace.lab.traffic.EchoCounts;
import io.millrace.lab.traffic.EchoReport;
import io.millrace.lab.traffic.EchoTransport;
import io.millrace.lab.traffic.FrameTemplate;
import io.millrace.lab.traffic.XdpTransport;
import io.millrace.xdp.AcceptRule;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Two network namespaces joined by a veth pair: the driver in one, the engine with an AF_XDP port in the other, and the
 * kernel's own traffic between the same interfaces.
 */
final class XdpScene implements DemoScene {
    static final int FRAME_LENGTH = 128;
    private static final int DRIVER_PORT = 5_000;

    private final Placement cpus;
    private final DemoNetwork network;
    private KernelNeighbour neighbour;
    private KernelNeighbour.Result beside;
    private XdpTransport transport;
    private XdpTransport.Counts before;
    private long droppedToEngineBefore;
    private long droppedToDriverBefore;

    private XdpScene(Placement cpus, DemoNetwork network) {
        this.cpus = cpus;
        this.network = network;
    }

    static XdpScene create(Placement cpus) {
        XdpScene scene = new XdpScene(cpus, DemoNetwork.create());
        try {
            scene.neighbour = KernelNeighbour.open(scene.network.driver(), scene.network.engine());
            return scene;
        } catch (RuntimeException e) {
            scene.close();
            throw e;
        }
    }

    @Override
    public void introduce(PrintStream out) {
        VethPair.End left = network.driver();
        VethPair.End right = network.engine();
        String columns = "  %-22s%-10s %-7s %-10s %s%n";
        out.println("Two network namespaces joined by a veth pair, there for this demo only:\n");
        out.printf(
                Locale.ROOT,
                columns,
                "traffic driver, CPU " + cpus.driver(),
                left.interfaceName(),
                "<=====>",
                right.interfaceName(),
                "engine, CPU " + cpus.engine());
        out.printf(
                Locale.ROOT, columns, "checks every echo", left.ipv4(), "", right.ipv4(), "sends every datagram back");
    }

    @Override
    public String config() {
        return DemoConfig.afXdp(network.engine().interfaceName(), cpus);
    }

    @Override
    public Process start(ProcessBuilder process) {
        return network.engine().namespace().start(process);
    }

    @Override
    public EchoTransport open() {
        VethPair.End from = network.driver();
        VethPair.End to = network.engine();
        FrameTemplate template = FrameTemplate.udp()
                .macs(from.mac(), to.mac())
                .ips(from.ipv4Address(), to.ipv4Address())
                .ports(DRIVER_PORT, DemoConfig.UDP_PORT)
                .length(FRAME_LENGTH)
                .build();
        List<AcceptRule> echoes = List.of(AcceptRule.parse("udp dst port " + DRIVER_PORT));
        transport = from.namespace().call(() -> XdpTransport.open(from.interfaceName(), template, echoes));
        return transport;
    }

    @Override
    public String messages() {
        return "datagrams";
    }

    @Override
    public void rehearse() {
        neighbour.rehearse();
    }

    @Override
    public void mark() {
        before = transport.counts();
        droppedToEngineBefore = DemoNetwork.droppedBehind(network.driver());
        droppedToDriverBefore = DemoNetwork.droppedBehind(network.engine());
    }

    @Override
    public void begin() {
        neighbour.start();
    }

    @Override
    public void end() {
        beside = neighbour.stop();
    }

    @Override
    public Accounting account(EchoCounts counts, EngineResult engine) {
        return XdpFindings.account(
                counts,
                transport.counts().since(before),
                engine,
                DemoNetwork.droppedBehind(network.driver()) - droppedToEngineBefore,
                DemoNetwork.droppedBehind(network.engine()) - droppedToDriverBefore);
    }

    @Override
    public Findings findings(EchoReport traffic, EngineResult engine) {
        return new XdpFindings(traffic, engine, account(traffic.counts(), engine), beside);
    }

    @Override
    public void close() {
        if (neighbour != null) {
            neighbour.close();
        }
        network.close();
    }
}
