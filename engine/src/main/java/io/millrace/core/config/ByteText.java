package io.millrace.core.config;

import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.ValueText;
import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes, written plainly or with a unit: {@code 2048}, {@code 2KiB}. */
final class ByteText {
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,18}) ?(B|KiB|MiB|GiB)?");
    private static final String[] UNITS = {"GiB", "MiB", "KiB"};

    private ByteText() {}

    /** @param expected what to write, for the message */
    static BigInteger read(ConfigValue value, String expected) throws BadValue {
        Matcher matcher = SHAPE.matcher(String.valueOf(value.unwrapped()));
        if (!matcher.matches()) {
            throw new BadValue("is " + ValueText.of(value) + ", which is no size like 2048 or 2KiB; use " + expected);
        }
        return new BigInteger(matcher.group(1)).shiftLeft(shift(matcher.group(2)));
    }

    /** In the largest unit that gives a whole number. */
    static String write(long bytes) {
        for (String unit : UNITS) {
            if (bytes != 0 && (bytes & (1L << shift(unit)) - 1) == 0) {
                return (bytes >> shift(unit)) + unit;
            }
        }
        return String.valueOf(bytes);
    }

    private static int shift(String unit) {
        return switch (unit) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            case null, default -> 0;
        };
    }
}
