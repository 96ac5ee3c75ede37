package io.millrace;

import com.typesafe.config.ConfigOrigin;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place where a setting was written. {@code line} counts from 1; it is 0 if there is none, as for an override or an
 * environment variable.
 *
 * <p>Any two places are equal, as origins are in Typesafe config, so that settings that say the same are equal wherever
 * they are written.
 */
public record SourceLine(String file, int line) {
    /** The place of settings that were made in code. */
    public static final SourceLine NOWHERE = new SourceLine("code", 0);

    private static final String OVERRIDE = "--set ";
    private static final String MERGED = "merge of ";
    private static final Pattern PLACE = Pattern.compile("(.+?)(?:: (\\d{1,9})(?:-\\d+)?)?");

    /**
     * Reads the description of an origin, {@code FILE: 3-5} or {@code merge of A: 3,B: 4}; of several files, the first
     * counts.
     */
    public static SourceLine of(ConfigOrigin origin) {
        if (origin.filename() != null) {
            return new SourceLine(origin.filename(), Math.max(0, origin.lineNumber()));
        }
        String description = origin.description();
        List<SourceLine> places = description.startsWith(MERGED)
                ? Arrays.stream(description.substring(MERGED.length()).split(","))
                        .map(SourceLine::read)
                        .toList()
                : List.of(read(description));
        return places.stream().filter(place -> place.line() > 0).findFirst().orElse(places.getFirst());
    }

    private static SourceLine read(String place) {
        Matcher matcher = PLACE.matcher(place);
        if (!matcher.matches()) {
            return new SourceLine(place, 0);
        }
        String file = matcher.group(1);
        boolean hasLine = matcher.group(2) != null && !isOverride(file);
        return new SourceLine(file, hasLine ? Integer.parseInt(matcher.group(2)) : 0);
    }

    /** The place of a value that was given beside the file, as an override. */
    public static SourceLine override(String path) {
        return new SourceLine(OVERRIDE + path, 0);
    }

    /** Returns whether the setting was given beside the file, as an override. */
    public boolean isOverride() {
        return isOverride(file);
    }

    private static boolean isOverride(String file) {
        return file.startsWith(OVERRIDE);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SourceLine;
    }

    @Override
    public int hashCode() {
        return 1;
    }

    /** Returns {@code FILE:LINE}, or {@code FILE} if there is no line. */
    @Override
    public String toString() {
        return line > 0 ? file + ":" + line : file;
    }
}
