package io.millrace.cli.report;

import io.millrace.statistics.ConnectionStatistics;
import io.millrace.statistics.ConnectionsState;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.LinkState;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortDetails;
import io.millrace.statistics.PortStatistics;
import io.millrace.statistics.StageStatistics;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * {@link CounterLines} for people. While the engine runs, there is one line a second for each port, with the time of
 * day, and one for each stage that is stuck; at the end there are totals. The columns are explained in
 * docs/operations.md.
 */
public final class TextLines implements CounterLines {
    /** After so many lines, about a screenful, the head of the columns is repeated. */
    private static final int LINES_A_HEAD = 20;

    private static final double NS_PER_SECOND = 1e9;
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final String HEAD = String.format(
            Locale.ROOT,
            "%-8s %-11s%8s%8s%8s%8s%8s%8s%6s%6s",
            "time",
            "port",
            "rx/s",
            "tx/s",
            "ended/s",
            "lost/s",
            "kern/s",
            "pass/s",
            "free",
            "conn");

    private static final Set<ConnectionsState> TROUBLE =
            EnumSet.of(ConnectionsState.CONNECTING, ConnectionsState.WAITING);

    private EngineStatistics before;
    private int linesLeft;

    /** {@inheritDoc} Says how frames come in. */
    @Override
    public String started(EngineStatistics first) {
        before = first;
        StringBuilder text = new StringBuilder();
        for (PortStatistics port : first.ports()) {
            text.append(text.isEmpty() ? "running  " : "\nrunning  ")
                    .append(port.name())
                    .append(": ")
                    .append(port.type());
            if (!port.local().isEmpty()) {
                text.append(' ').append(port.local());
            }
            String summary = port.details().summary(port);
            if (!summary.isEmpty()) {
                text.append(", ").append(summary);
            }
            text.append(String.format(Locale.ROOT, ", %,d frames", port.frames().total()));
        }
        return text.toString();
    }

    @Override
    public String next(EngineStatistics now) {
        double seconds = (now.durationNs() - before.durationNs()) / NS_PER_SECOND;
        String time = CLOCK.format(LocalTime.now());
        StringBuilder text = new StringBuilder();
        if (linesLeft <= 0) {
            text.append(HEAD).append('\n');
            linesLeft = LINES_A_HEAD;
        }
        for (int i = 0; i < now.ports().size(); i++) {
            text.append(i == 0 ? "" : "\n").append(time).append(' ');
            append(text, now.ports().get(i), before.ports().get(i), seconds);
        }
        for (StageStatistics stage : now.stages()) {
            if (stage.stuckNs() > 0) {
                text.append(String.format(
                        Locale.ROOT,
                        "\n%s stage %s: stuck for %,.0f s, %,d waiting",
                        time,
                        stage.name(),
                        stage.stuckNs() / NS_PER_SECOND,
                        stage.waiting()));
            }
        }
        linesLeft -= now.ports().size();
        before = now;
        return text.toString();
    }

    private static void append(StringBuilder text, PortStatistics now, PortStatistics before, double seconds) {
        long passedNow = now.details().passed();
        String passed = passedNow == PortDetails.NOT_KNOWN
                ? "-"
                : CompactNumber.of((passedNow - before.details().passed()) / seconds);
        text.append(String.format(
                Locale.ROOT,
                "%-11s%8s%8s%8s%8s%8s%8s%5d%%%6s",
                now.name(),
                rate(now, before, PortCounter.RX_FRAMES, seconds),
                rate(now, before, PortCounter.TX_FRAMES, seconds),
                CompactNumber.of((ended(now) - ended(before)) / seconds),
                CompactNumber.of((now.lost() - before.lost()) / seconds),
                CompactNumber.of((kernelDropped(now) - kernelDropped(before)) / seconds),
                passed,
                100 * now.frames().free() / Math.max(1, now.frames().total()),
                now.connections() == null
                        ? "-"
                        : CompactNumber.of(now.connections().open())));
        appendTrouble(text, now);
    }

    private static void appendTrouble(StringBuilder text, PortStatistics now) {
        if (now.link() != null && now.link().state() != LinkState.UP) {
            text.append(' ').append(now.link().state().name().toLowerCase(Locale.ROOT));
        }
        ConnectionStatistics connections = now.connections();
        if (connections != null && TROUBLE.contains(connections.state())) {
            text.append(' ')
                    .append(connections.state())
                    .append(connections.lastError().isEmpty() ? "" : " ")
                    .append(connections.lastError());
        }
    }

    private static String rate(PortStatistics now, PortStatistics before, PortCounter counter, double seconds) {
        return CompactNumber.of((now.get(counter) - before.get(counter)) / seconds);
    }

    @Override
    public String total(EngineStatistics last) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "stopped after %.1fs, %,d bytes allocated on the engine's threads",
                last.durationNs() / NS_PER_SECOND,
                last.allocBytes()));
        for (PortStatistics port : last.ports()) {
            text.append(String.format(
                    Locale.ROOT,
                    "\n  %s: rx %,d tx %,d ended %,d lost %,d kernel %,d home %,d/%,d",
                    port.name(),
                    port.get(PortCounter.RX_FRAMES),
                    port.get(PortCounter.TX_FRAMES),
                    ended(port),
                    port.lost(),
                    kernelDropped(port),
                    port.frames().free(),
                    port.frames().total()));
        }
        for (StageStatistics stage : last.stages()) {
            if (stage.left() + stage.waiting() > 0) {
                text.append(String.format(
                        Locale.ROOT,
                        "\n  stage %s: %,d frames not handled",
                        stage.name(),
                        stage.left() + stage.waiting()));
            }
        }
        return text.toString();
    }

    /** The number of frames whose way ended in a stage: it consumed them, or it dropped them, as a filter does. */
    private static long ended(PortStatistics port) {
        return port.get(PortCounter.CONSUMED) + port.get(PortCounter.DROPPED_BY_STAGE);
    }

    private static long kernelDropped(PortStatistics port) {
        return port.kernel().rxDropped() + port.kernel().rxRingFull();
    }
}
