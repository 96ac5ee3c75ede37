package io.millrace.lab.vm.guest;

import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.cli.report.StatisticsJson;
import io.millrace.lab.vm.RatePath;
import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.FrameCensus;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a check finds: things to tell, problems, and the statistics of the engine that it ran. Used by one thread only.
 */
final class Findings {
    private final List<String> notes = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<RatePath, Double> rates = new EnumMap<>(RatePath.class);
    private Map<String, Object> engine = Map.of();

    /** Adds a note, in the style of {@link String#format}. */
    void note(String format, Object... arguments) {
        notes.add(String.format(Locale.ROOT, format, arguments));
    }

    /** Adds a problem unless the condition holds. */
    void expect(boolean condition, String format, Object... arguments) {
        if (!condition) {
            problems.add(String.format(Locale.ROOT, format, arguments));
        }
    }

    /** Adds a problem unless the two are the same. */
    void expectSame(long expected, long actual, String what) {
        expect(expected == actual, "%s: %,d, and should be %,d", what, actual, expected);
    }

    /**
     * What has to hold of every engine that was closed: the mode is what was forced, every frame is in exactly one
     * counter, and every frame of the memory is at home.
     *
     * @param copy that was forced
     */
    void account(EngineStatistics last, String copy) {
        engine = StatisticsJson.toMap(last);
        for (PortStatistics port : last.ports()) {
            expect(
                    AfXdpStatistics.of(port).attach().equals("native"),
                    "attach is %s, not native",
                    AfXdpStatistics.of(port).attach());
            expect(
                    AfXdpStatistics.of(port).copy().equals(copy),
                    "XDP_OPTIONS says %s, not %s",
                    AfXdpStatistics.of(port).copy(),
                    copy);
            expectSame(
                    AfXdpStatistics.of(port).matched(),
                    port.get(PortCounter.RX_FRAMES)
                            + port.kernel().rxDropped()
                            + port.kernel().rxRingFull(),
                    "received or counted by the kernel, of what XDP matched");
            expectSame(0, port.unaccounted(), "frames without a counter");
            expectSame(0, port.kernel().txInvalidDescs() + port.kernel().rxInvalidDescs(), "invalid descriptors");
            FrameCensus frames = port.frames();
            expectSame(0, frames.lost(), "frames lost");
            expectSame(frames.total(), frames.free(), "frames free after the close");
        }
    }

    /** Frames a second received and dropped. */
    void rate(RatePath path, double framesPerSecond) {
        rates.put(path, framesPerSecond);
    }

    Map<RatePath, Double> rates() {
        return rates;
    }

    boolean passed() {
        return problems.isEmpty();
    }

    /** The findings as text, problems first. */
    String detail() {
        List<String> all = new ArrayList<>(problems);
        all.addAll(notes);
        return String.join("; ", all);
    }

    /** The findings for the host. */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("passed", passed());
        fields.put("detail", detail());
        fields.put("engine", engine);
        return fields;
    }
}
