package io.millrace.cli.report;

import java.util.Locale;

/** A figure in at most five characters: three digits, and k, M, G for thousands. Nothing but 0 is shown as 0. */
final class CompactNumber {
    private static final String[] UNITS = {"", "k", "M", "G", "T"};
    private static final double STEP = 1_000;
    /** From here on three digits round up to the next unit. */
    private static final double NEXT_UNIT = 999.5;

    private CompactNumber() {}

    static String of(double value) {
        if (value > 0 && value < 1) {
            return "<1";
        }
        double left = value;
        int unit = 0;
        while (left >= NEXT_UNIT && unit < UNITS.length - 1) {
            left /= STEP;
            unit++;
        }
        String form = unit == 0 || left >= 99.95 ? "%.0f%s" : left >= 9.995 ? "%.1f%s" : "%.2f%s";
        return String.format(Locale.ROOT, form, left, UNITS[unit]);
    }
}
