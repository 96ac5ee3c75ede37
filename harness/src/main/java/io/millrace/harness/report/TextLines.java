package io.millrace.harness.report;

import io.millrace.engine.counters.EngineStatistics;
import io.millrace.engine.counters.FrameCensus;
import io.millrace.engine.counters.LinkState;
import io.millrace.engine.counters.PortCounter;
import io.millrace.engine.counters.PortStatistics;
import java.util.Locale;

/** {@link CounterLines} for a person: rates since the line before. */
public final class TextLines implements CounterLines {
    private static final double NS_PER_SECOND = 1e9;

    private EngineStatistics before;

    @Override
    public String next(EngineStatistics now) {
        double seconds = (now.durationNs() - before.durationNs()) / NS_PER_SECOND;
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%6.1fs", now.durationNs() / NS_PER_SECOND));
        for (int i = 0; i < now.ports().size(); i++) {
            append(line, now.ports().get(i), before.ports().get(i), seconds);
        }
        before = now;
        return line.toString();
    }

    private static void append(StringBuilder line, PortStatistics now, PortStatistics before, double seconds) {
        FrameCensus frames = now.frames();
        line.append(String.format(Locale.ROOT,
            "  %s: rx %,.0f/s tx %,.0f/s dropped %,d kernel dropped %,d%s free %,d/%,d",
            now.name(),
            (now.get(PortCounter.RX_FRAMES) - before.get(PortCounter.RX_FRAMES)) / seconds,
            (now.get(PortCounter.TX_FRAMES) - before.get(PortCounter.TX_FRAMES)) / seconds,
            dropped(now), kernelDropped(now),
            now.isSocket() ? "" : String.format(Locale.ROOT, " passed %,d", now.passed()), frames.free(),
            frames.total()));
        if (!now.isSocket() && now.link().state() != LinkState.UP) {
            line.append(" link ").append(now.link().state().name().toLowerCase(Locale.ROOT));
        }
    }

    /** {@inheritDoc} Says how frames come in. */
    @Override
    public String started(EngineStatistics first) {
        before = first;
        StringBuilder line = new StringBuilder("running");
        for (PortStatistics port : first.ports()) {
            line.append(port.isSocket()
                ? String.format(Locale.ROOT, "  %s: %s %s, %,d frames", port.name(), port.type(), port.local(),
                port.frames().total())
                : String.format(Locale.ROOT, "  %s: %s, attach %s, %s, queues %s, %,d frames", port.name(),
                port.type(), port.attach(), port.copy(), port.queues(), port.frames().total()));
        }
        return line.toString();
    }

    @Override
    public String total(EngineStatistics last) {
        StringBuilder line = new StringBuilder(
            String.format(Locale.ROOT, "stopped after %.1fs", last.durationNs() / NS_PER_SECOND));
        for (PortStatistics port : last.ports()) {
            line.append(String.format(Locale.ROOT,
                "  %s (%s): rx %,d tx %,d consumed %,d dropped %,d kernel dropped %,d frames home %,d/%,d",
                port.name(), port.isSocket() ? port.type() : port.attach() + ", " + port.copy(),
                port.get(PortCounter.RX_FRAMES),
                port.get(PortCounter.TX_FRAMES), port.get(PortCounter.CONSUMED), dropped(port), kernelDropped(port),
                port.frames().free(), port.frames().total()));
        }
        return line.append(String.format(Locale.ROOT, "  allocated %,d bytes", last.allocBytes())).toString();
    }

    private static long dropped(PortStatistics port) {
        return port.get(PortCounter.DROPPED_BY_STAGE) + port.get(PortCounter.DROPPED_TX_FULL)
            + port.get(PortCounter.DROPPED_INVALID) + port.get(PortCounter.DROPPED_AT_STOP)
            + port.get(PortCounter.DROPPED_GONE);
    }

    private static long kernelDropped(PortStatistics port) {
        return port.kernel().rxDropped() + port.kernel().rxRingFull();
    }
}
