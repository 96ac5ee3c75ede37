package io.millrace.engine.config;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/** Finds what somebody meant who mistyped a name. */
final class NearestName {
    private static final int LONGEST = 64;

    private NearestName() {
    }

    /** The known name nearest to one that isn't known, or null if none is near. */
    static String to(final String name, final Collection<String> known) {
        if (name.length() > LONGEST) {
            return null;
        }
        String nearest = null;
        int least = 2 + normal(name).length() / 4;
        for (final String candidate : known) {
            final int distance = distance(normal(name), normal(candidate));
            if (distance < least && distance < candidate.length()) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /**
     * What to do about an unknown name: {@code did you mean 'x'?} or what there is.
     *
     * @param what the kind of name, in the plural
     */
    static String advice(final String name, final Collection<String> known, final String what) {
        final String nearest = to(name, known);
        if (nearest != null) {
            return "did you mean " + ValueText.quoted(nearest) + "?";
        }
        return known.isEmpty() ? "there are no " + what
            : known.stream().map(ValueText::plain).collect(Collectors.joining(", ", what + ": ", ""));
    }

    private static String normal(final String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /** Edits from one to the other; two letters exchanged are one edit. */
    private static int distance(final String a, final String b) {
        final int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                edits[i][j] = i == 0 || j == 0 ? i + j : edits(edits, a, i, b, j);
            }
        }
        return edits[a.length()][b.length()];
    }

    private static int edits(final int[][] edits, final String a, final int i, final String b, final int j) {
        final int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        final int least = Math.min(replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
        final boolean exchanged = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1);
        return exchanged ? Math.min(least, edits[i - 2][j - 2] + 1) : least;
    }
}
