package io.millrace.engine.config;

import com.typesafe.config.ConfigOrigin;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a setting was written; {@code line} counts from 1, 0 if there is none (an override, an environment variable).
 *
 * <p>Any two are equal, as origins are in Typesafe config: settings that say the same are equal wherever they stand.
 */
public record SourceLine(String file, int line) {
    /** For settings that were made in code. */
    public static final SourceLine NOWHERE = new SourceLine("code", 0);

    private static final Pattern DESCRIPTION =
        Pattern.compile("(?:merge of )?(.+?)(?:: (\\d{1,9})(?:-\\d+)?)?(?:,.*)?");

    /** The first place that an origin names; its descriptions are {@code FILE: 3-5}, {@code merge of A: 3,B}. */
    static SourceLine of(final ConfigOrigin origin) {
        if (origin.filename() != null) {
            return new SourceLine(origin.filename(), Math.max(0, origin.lineNumber()));
        }
        final Matcher matcher = DESCRIPTION.matcher(origin.description());
        if (!matcher.matches()) {
            return new SourceLine(origin.description(), 0);
        }
        final String line = matcher.group(2);
        return new SourceLine(matcher.group(1),
            line == null || HoconText.isOverride(matcher.group(1)) ? 0 : Integer.parseInt(line));
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof SourceLine;
    }

    @Override
    public int hashCode() {
        return 1;
    }

    /** {@code FILE:LINE}, or {@code FILE} if there is no line. */
    @Override
    public String toString() {
        return line > 0 ? file + ":" + line : file;
    }
}
