package io.millrace.lab.demo;

import io.millrace.lab.traffic.EchoCounts;
import io.millrace.lab.traffic.EchoDriver;
import io.millrace.lab.traffic.EchoReport;
import io.millrace.lab.traffic.XdpTransport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The findings about frames between two network namespaces.
 *
 * @param neighbour what came of the kernel's own traffic
 */
record XdpFindings(EchoReport report, EngineResult engine, Accounting accounting, KernelNeighbour.Result neighbour)
        implements Findings {

    /**
     * Follows the frames.
     *
     * <pre>
     *   sent -> veth -> XDP matched -> RX ring: engine's rx -> engine's tx -> veth -> XDP matched -> RX ring: received
     * </pre>
     *
     * @param droppedToEngine what the driver's end of the veth pair dropped
     * @param droppedToDriver what the engine's end dropped
     */
    static Accounting account(
            EchoCounts counts,
            XdpTransport.Counts driver,
            EngineResult engine,
            long droppedToEngine,
            long droppedToDriver) {
        Ledger ledger = new Ledger();
        long matched = engine.port("xdp.matched");
        ledger.losses("driver.tx_invalid", driver.kernel().txInvalidDescs());
        ledger.wire("veth.to_engine", counts.sent() - driver.kernel().txInvalidDescs() - matched, droppedToEngine);
        ledger.step(matched - engine.port("rx_frames"), "engine.kernel", engine, "rx_dropped", "rx_ring_full");
        ledger.stages(engine);
        ledger.losses("engine.consumed", engine.port("consumed"));
        long transmitted = engine.port("tx_frames") - engine.port("kernel.tx_invalid_descs");
        ledger.exact(engine.port("forwarded") - engine.port("tx_frames"));
        ledger.losses("engine.kernel.tx_invalid_descs", engine.port("kernel.tx_invalid_descs"));
        ledger.wire("veth.to_driver", transmitted - driver.matched(), droppedToDriver);
        long arrived = counts.received() + counts.corrupted() + counts.duplicated();
        ledger.exact(driver.matched()
                - arrived
                - driver.kernel().rxDropped()
                - driver.kernel().rxRingFull());
        ledger.losses("driver.kernel.rx_dropped", driver.kernel().rxDropped());
        ledger.losses("driver.kernel.rx_ring_full", driver.kernel().rxRingFull());
        return ledger.accounting();
    }

    @Override
    public String unit() {
        return "frame";
    }

    @Override
    public String roundTrip() {
        return "time stamp to the echo in the RX ring";
    }

    @Override
    public List<String> problems() {
        return neighbour.fine()
                ? List.of()
                : List.of("the kernel's own traffic did not pass beside the engine's (" + neighbour.failure() + ")");
    }

    @Override
    public Map<String, Object> json() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("frame_bytes", XdpScene.FRAME_LENGTH);
        tree.put(
                "kernel_traffic",
                Map.of(
                        "tried",
                        neighbour.tried(),
                        "tcp",
                        neighbour.connections(),
                        "ping",
                        neighbour.pings(),
                        "worst_ns",
                        neighbour.worstNs()));
        return tree;
    }

    @Override
    public void traffic(DemoTable table) {
        table.row(
                "frames sent", Figures.count(report.counts().sent()), "UDP, " + XdpScene.FRAME_LENGTH + " bytes each");
        table.passage();
        table.rate("up to " + EchoDriver.BURST + " frames a call");
    }

    @Override
    public void port(DemoTable table) {
        table.row("XDP attach mode", engine.attach(), "");
        table.row("copy mode", engine.copy(), engine.copy().equals("copy") ? "veth has no zero-copy mode" : "");
        table.row(
                "kernel drops",
                Figures.count(engine.port("kernel.rx_dropped") + engine.port("kernel.rx_ring_full")),
                String.format(
                        Locale.ROOT,
                        "rx_dropped %,d, rx_ring_full %,d",
                        engine.port("kernel.rx_dropped"),
                        engine.port("kernel.rx_ring_full")));
    }

    @Override
    public void checks(DemoTable table) {
        table.row(
                "kernel traffic beside it",
                neighbour.fine() ? "ok" : "FAILED",
                neighbour.fine()
                        ? String.format(
                                Locale.ROOT,
                                "%d pings, %d TCP, at worst %s",
                                neighbour.pings(),
                                neighbour.connections(),
                                Figures.time(neighbour.worstNs()))
                        : String.format(
                                Locale.ROOT,
                                "of %d tried %d pings, %d TCP",
                                neighbour.tried(),
                                neighbour.pings(),
                                neighbour.connections()));
    }
}
