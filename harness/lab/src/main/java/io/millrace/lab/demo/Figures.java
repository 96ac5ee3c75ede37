package io.millrace.lab.demo;

import java.util.Locale;

/** Writes numbers for people, in ASCII. */
final class Figures {
    private static final double US = 1e3;
    private static final double MS = 1e6;
    private static final double S = 1e9;
    private static final long WHOLE_US_FROM = 10_000_000;

    private Figures() {}

    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Microseconds up to 10 ms, then milliseconds. */
    static String time(long ns) {
        return ns < WHOLE_US_FROM
                ? String.format(Locale.ROOT, "%,.1f us", ns / US)
                : String.format(Locale.ROOT, "%,.1f ms", ns / MS);
    }

    static String seconds(long ns) {
        return String.format(Locale.ROOT, "%.1f s", ns / S);
    }

    static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%,.0f/s", perSecond);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    /** Bytes per frame: digits enough to show one byte in a long run. */
    static String perFrame(long bytes, long frames) {
        return String.format(Locale.ROOT, "%.6f", frames == 0 ? 0 : (double) bytes / frames);
    }
}
