package io.millrace.lab.demo;

import io.millrace.lab.traffic.EchoReport;
import io.millrace.lab.traffic.TcpTransport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The findings about records over TCP connections. The engine's frames are pieces of the streams as they arrived,
 * independent of the records, so bytes are followed from end to end.
 *
 * @param failure why a connection ended by itself, or ""
 */
record TcpFindings(
        EchoReport report, EngineResult engine, Accounting accounting, TcpTransport.Bytes bytes, String failure)
        implements Findings {
    private static final double MEGABYTE = 1e6;

    /**
     * Follows the bytes, and inside the engine the frames that they are in.
     *
     * <pre>
     *   made -> written -> engine's rx -> engine's tx -> back
     * </pre>
     */
    static Accounting account(TcpTransport.Bytes bytes, EngineResult engine) {
        Ledger ledger = new Ledger();
        ledger.losses("driver.unsent", bytes.made() - bytes.written());
        ledger.exact(bytes.written() - engine.port("rx_bytes"));
        ledger.stages(engine);
        ledger.named(engine, "engine.consumed");
        ledger.exact(engine.port("forwarded") - engine.port("tx_frames"));
        if (engine.port("rx_frames") == engine.port("tx_frames")) {
            ledger.exact(engine.port("rx_bytes") - engine.port("tx_bytes"));
        }
        if (ledger.named(engine, "engine.socket.tx_failed") == 0) {
            ledger.exact(engine.port("tx_bytes") - bytes.back());
        }
        return ledger.accounting();
    }

    @Override
    public String unit() {
        return "byte";
    }

    @Override
    public String roundTrip() {
        return "record made to its last byte read";
    }

    @Override
    public List<String> problems() {
        return failure.isEmpty() ? List.of() : List.of("a connection ended too early (" + failure + ")");
    }

    @Override
    public Map<String, Object> json() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("connections", TcpScene.CONNECTIONS);
        tree.put("record_bytes", Map.of("min", TcpTransport.SHORTEST, "max", TcpTransport.LONGEST));
        tree.put("sent_bytes", bytes.made());
        tree.put("received_bytes", bytes.back());
        tree.put("lost_bytes", bytes.lost());
        return tree;
    }

    @Override
    public void traffic(DemoTable table) {
        long sent = report.counts().sent();
        table.row(
                "records sent",
                Figures.count(sent),
                String.format(
                        Locale.ROOT,
                        "%d to %,d bytes, %d connections",
                        TcpTransport.SHORTEST,
                        TcpTransport.LONGEST,
                        TcpScene.CONNECTIONS));
        table.row("bytes sent", Figures.count(bytes.made()), "");
        table.row(
                "received by the engine",
                Figures.count(engine.port("rx_bytes")),
                "bytes, in " + Figures.count(engine.port("rx_frames")) + " frames");
        table.row(
                "forwarded by the engine",
                Figures.count(engine.port("tx_bytes")),
                "bytes, in " + Figures.count(engine.port("forwarded")) + " frames");
        table.row("bytes received back", Figures.count(bytes.back()), "");
        table.row("records received back", Figures.count(report.counts().received()), "each compared byte by byte");
        table.row("lost", Figures.count(bytes.lost()), "bytes");
        table.losses();
        table.row("corrupted", Figures.count(report.counts().corrupted()), "");
        table.rate(String.format(Locale.ROOT, "%,.1f MB/s each way", megabytesPerSecond()));
    }

    private double megabytesPerSecond() {
        return report.durationNs() == 0 ? 0 : bytes.made() / MEGABYTE * 1e9 / report.durationNs();
    }

    @Override
    public void port(DemoTable table) {
        table.row(
                "connections accepted",
                Figures.count(engine.port("connections.accepted")),
                Figures.count(engine.port("connections.failed")) + " failed, "
                        + Figures.count(engine.port("connections.refused")) + " refused");
    }
}
