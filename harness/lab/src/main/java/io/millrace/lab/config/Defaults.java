package io.millrace.lab.config;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Joins settings of a block as text so that each key is in it once, as a config requires. */
public final class Defaults {
    private Defaults() {}

    /**
     * Returns the given settings, with a line before them that has the defaults whose keys they do not set.
     *
     * @param given    settings as they are written in a block, or ""
     * @param defaults one setting each, {@code key = value} or {@code key { … }}, or ""
     */
    public static String under(String given, String... defaults) {
        return Arrays.stream(defaults)
                        .filter(setting -> !setting.isEmpty() && !isSet(key(setting), given))
                        .collect(Collectors.joining(", ", "", "\n"))
                + given;
    }

    private static String key(String setting) {
        return setting.split("[ =:{]", 2)[0];
    }

    /** Returns whether it is set in the block itself, rather than in a block or list in it. */
    private static boolean isSet(String key, String given) {
        String flat = given;
        for (String before = ""; !before.equals(flat); ) {
            before = flat;
            flat = flat.replaceAll("\\{[^{}]*}|\\[[^\\[\\]]*]", "()");
        }
        String own = flat.split("}", 2)[0]; // what is given may end its block, and begin another
        return Pattern.compile("(?:^|[\\s,])" + Pattern.quote(key) + "\\s*[=:(]")
                .matcher(own)
                .find();
    }
}
