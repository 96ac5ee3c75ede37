package io.millrace.core.config;

import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.ValueText;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A duration of a range, in nanoseconds: {@code 500ms}, {@code 10s}, {@code 2m}. */
record Duration(long leastNs, long mostNs) implements KeyType<Long> {
    static final long US = 1_000L;
    static final long MS = 1_000 * US;
    static final long SECOND = 1_000 * MS;
    static final long MINUTE = 60 * SECOND;
    static final long HOUR = 60 * MINUTE;

    private static final String ZERO = "0s";
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?) ?(ns|us|ms|s|m|h)");
    private static final String[] UNITS = {"h", "m", "s", "ms", "us", "ns"};

    @Override
    public Long read(ConfigValue value) throws BadValue {
        Matcher matcher = SHAPE.matcher(String.valueOf(value.unwrapped()));
        if (!matcher.matches()) {
            throw new BadValue(
                    "is " + ValueText.of(value) + ", which is no duration like 500ms, 10s or 2m; use " + expected());
        }
        BigDecimal ns = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unitNs(matcher.group(2))));
        if (ns.compareTo(BigDecimal.valueOf(leastNs)) < 0) {
            throw new BadValue("is " + matcher.group() + ", less than " + write(leastNs) + "; use " + expected());
        }
        if (ns.compareTo(BigDecimal.valueOf(mostNs)) > 0) {
            throw new BadValue("is " + matcher.group() + ", more than " + write(mostNs) + "; use " + expected());
        }
        return ns.longValue();
    }

    private static long unitNs(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us" -> US;
            case "ms" -> MS;
            case "s" -> SECOND;
            case "m" -> MINUTE;
            default -> HOUR;
        };
    }

    /** In the largest unit that gives a whole number. */
    @Override
    public String write(Long value) {
        if (value == 0) {
            return ZERO;
        }
        for (String unit : UNITS) {
            if (value % unitNs(unit) == 0) {
                return value / unitNs(unit) + unit;
            }
        }
        throw new AssertionError(value);
    }

    @Override
    public String expected() {
        return write(leastNs) + " to " + write(mostNs);
    }
}
