package io.millrace.spi.config;

import com.typesafe.config.ConfigValue;

/** Writes config values for messages: short, on one line. */
public final class ValueText {
    private static final int LONGEST = 60;

    private ValueText() {}

    /** Writes a value to follow the word "is". */
    public static String of(ConfigValue value) {
        return switch (value.valueType()) {
            case OBJECT -> "a block";
            case LIST -> "a list";
            case STRING -> quoted((String) value.unwrapped());
            case NUMBER, BOOLEAN -> written(value);
            case NULL -> "null";
        };
    }

    /** Returns a text, number or boolean as it is written in the file: HOCON takes {@code 007} for the number 7. */
    public static String written(ConfigValue value) {
        return value.atKey("v").getString("v");
    }

    /** Returns whether the value is a text, or may have been meant to be one. */
    public static boolean isText(ConfigValue value) {
        return switch (value.valueType()) {
            case STRING, NUMBER, BOOLEAN -> true;
            case OBJECT, LIST, NULL -> false;
        };
    }

    /** Writes a text in single quotes, cut if it is long, with control characters shown as {@code ?}. */
    public static String quoted(String text) {
        return "'" + plain(text) + "'";
    }

    /** Cuts a text of one line if it is long. */
    public static String plain(String text) {
        String line = oneLine(text);
        boolean isLong = line.codePointCount(0, line.length()) > LONGEST;
        return isLong ? line.substring(0, line.offsetByCodePoints(0, LONGEST)) + "…" : line;
    }

    /** Puts a text on one line, whatever is in it. */
    public static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().map(c -> isPrintable(c) ? c : '?').forEach(line::appendCodePoint);
        return line.toString();
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
