package io.millrace.lab.bench.results;

import java.util.Locale;

/** Units of figures, and how figures are written for a reader: with at most four digits, and the prefix that fits. */
public enum Unit {
    /** Anything counted, a second. */
    PER_SECOND("/s", new String[] {"", " thousand", " million", " thousand million"}),
    /** Time. */
    NANOSECONDS("", new String[] {" ns", " \u00b5s", " ms", " s"}),
    /** Memory. */
    BYTES("", new String[] {" B", " kB", " MB", " GB"}),
    /** A share, or a ratio. */
    RATIO("", new String[] {""});

    private static final double STEP = 1_000;
    private final String suffix;
    private final String[] prefixes;

    Unit(String suffix, String[] prefixes) {
        this.suffix = suffix;
        this.prefixes = prefixes;
    }

    /** Writes a figure for a reader; a dash for what was not measured. */
    public String text(double value) {
        if (!Double.isFinite(value)) {
            return "-";
        }
        double scaled = value;
        int step = 0;
        while (Math.abs(scaled) >= STEP && step < prefixes.length - 1) {
            scaled /= STEP;
            step++;
        }
        return digits(scaled) + prefixes[step] + suffix;
    }

    /** Writes a figure with a number of decimals and without a unit; a dash for what was not measured. */
    public static String number(double value, int digits) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + digits + "f", value) : "-";
    }

    private static String digits(double value) {
        double size = Math.abs(value);
        int digits = value == Math.rint(value) && size < STEP || size >= 100 ? 0 : size >= 10 ? 1 : 2;
        return number(value, digits);
    }
}
