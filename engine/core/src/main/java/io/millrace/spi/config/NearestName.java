package io.millrace.spi.config;

import io.millrace.text.EditDistance;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/** Finds the name that was probably meant by a mistyped one. */
public final class NearestName {
    private static final int LONGEST = 64;

    private NearestName() {}

    /** Returns the known name nearest to an unknown one, or null if none is near. */
    public static String to(String name, Collection<String> known) {
        if (name.length() > LONGEST) {
            return null;
        }
        String nearest = null;
        int least = 2 + normal(name).length() / 4;
        for (String candidate : known) {
            int distance = EditDistance.between(normal(name), normal(candidate));
            if (distance < least && distance < candidate.length()) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /**
     * Says what to do about an unknown name: {@code did you mean 'x'?}, or the names that there are.
     *
     * @param what the kind of name, in the plural
     */
    public static String advice(String name, Collection<String> known, String what) {
        String nearest = to(name, known);
        if (nearest != null) {
            return "did you mean " + ValueText.quoted(nearest) + "?";
        }
        return known.isEmpty()
                ? "there are no " + what
                : known.stream().map(ValueText::plain).collect(Collectors.joining(", ", what + ": ", ""));
    }

    private static String normal(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }
}
