package io.millrace.engine.config;

import com.typesafe.config.ConfigOrigin;

import java.util.regex.Pattern;

/**
 * Where a setting was written; {@code line} counts from 1, 0 if there is none (an override, an environment variable).
 *
 * <p>Any two are equal, as origins are in Typesafe config: settings that say the same are equal wherever they stand.
 */
public record SourceLine(String file, int line) {
    /** For settings that were made in code. */
    public static final SourceLine NOWHERE = new SourceLine("code", 0);

    private static final Pattern LINES_AT_END = Pattern.compile(": \\d+(-\\d+)?$");
    private static final String MERGED = "merge of ";

    static SourceLine of(final ConfigOrigin origin) {
        String file = origin.filename() != null ? origin.filename() : origin.description();
        if (file.startsWith(MERGED)) {
            file = file.substring(MERGED.length()).split(",", 2)[0];
        }
        return new SourceLine(LINES_AT_END.matcher(file).replaceFirst(""), Math.max(0, origin.lineNumber()));
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
