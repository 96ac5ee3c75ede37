package io.millrace.lab.demo;

import io.millrace.lab.traffic.EchoCounts;
import io.millrace.lab.traffic.EchoReport;
import java.util.List;
import java.util.Map;

/**
 * The findings about datagrams over the loopback interface.
 *
 * @param driverDrops what the kernel had no room for at the driver's socket
 * @param failure     of the driver's last system call that failed, or ""
 */
record UdpFindings(EchoReport report, EngineResult engine, Accounting accounting, long driverDrops, String failure)
        implements Findings {

    /**
     * Follows the datagrams.
     *
     * <pre>
     *   sent -> lo -> receive buffer -> engine's rx -> engine's tx -> lo -> receive buffer -> received
     * </pre>
     *
     * @param driverDrops what the kernel had no room for at the driver's socket
     * @param droppedByLo what the loopback interface dropped, of all traffic in both directions
     */
    static Accounting account(EchoCounts counts, EngineResult engine, long driverDrops, long droppedByLo) {
        Ledger ledger = new Ledger();
        long inKernel = ledger.named(engine, "engine.kernel.rx_dropped", "engine.socket.rx_truncated");
        long missing = counts.sent() - engine.port("rx_frames") - inKernel;
        long explained = ledger.wire("lo.to_engine", missing, droppedByLo);
        ledger.stages(engine);
        ledger.named(engine, "engine.consumed");
        long refused = ledger.named(engine, "engine.socket.tx_failed");
        ledger.exact(engine.port("forwarded") - engine.port("tx_frames") - refused);
        long transmitted = engine.port("tx_frames");
        long arrived = counts.received() + counts.corrupted() + counts.duplicated();
        ledger.losses("driver.kernel.rx_dropped", driverDrops);
        ledger.wire("lo.to_driver", transmitted - arrived - driverDrops, droppedByLo - explained);
        return ledger.accounting();
    }

    @Override
    public String unit() {
        return "datagram";
    }

    @Override
    public String roundTrip() {
        return "time stamp to the read of its echo";
    }

    @Override
    public List<String> problems() {
        return report.counts().received() > 0 || failure.isEmpty()
                ? List.of()
                : List.of("the driver's socket says: " + failure);
    }

    @Override
    public Map<String, Object> json() {
        return Map.of("payload_bytes", UdpScene.PAYLOAD_LENGTH, "driver_dropped", driverDrops);
    }

    @Override
    public void traffic(DemoTable table) {
        table.row(
                "datagrams sent",
                Figures.count(report.counts().sent()),
                UdpScene.PAYLOAD_LENGTH + " bytes of payload each");
        table.passage();
        table.rate("a system call each");
    }

    @Override
    public void port(DemoTable table) {
        table.row(
                "kernel drops",
                Figures.count(engine.port("kernel.rx_dropped")),
                Figures.count(driverDrops) + " more at the driver's socket");
    }
}
