package io.millrace.spi.config;

import com.typesafe.config.ConfigValue;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How amounts are written, with units or without. */
public enum Notation {
    /** A whole number. Texts are read as numbers, too, because environment variables are texts. */
    NUMBER("[+-]?\\d{1,30}", "", "", Map.of("", 1L)),
    /** Bytes: {@code 2048}, {@code 2KiB}. */
    BYTES(
            "\\d{1,18}",
            ", which is no size like 2048 or 2KiB",
            "",
            units("GiB", 1L << 30, "MiB", 1L << 20, "KiB", 1L << 10, "B", 1L, "", 1L)),
    /** Nanoseconds: {@code 500ms}, {@code 10s}, {@code 2m}. */
    DURATION(
            "\\d{1,18}(?:\\.\\d{1,9})?",
            ", which is no duration like 500ms, 10s or 2m",
            "s",
            units(
                    "h",
                    KeyTypes.HOUR,
                    "m",
                    KeyTypes.MINUTE,
                    "s",
                    KeyTypes.SECOND,
                    "ms",
                    KeyTypes.MS,
                    "us",
                    KeyTypes.US,
                    "ns",
                    1L));

    /**
     * An amount that was read.
     *
     * @param value the amount in the smallest unit
     * @param text  the amount as messages show it
     */
    public record Amount(BigDecimal value, String text) {
        /** Returns whether the amount is in a range, both ends included. */
        public boolean isBetween(long least, long most) {
            return value.compareTo(BigDecimal.valueOf(least)) >= 0 && value.compareTo(BigDecimal.valueOf(most)) <= 0;
        }
    }

    private final Pattern shape;
    private final String problem;
    private final String unitOfZero;
    private final Map<String, Long> units;

    /** @param units from the largest to the smallest */
    Notation(String number, String problem, String unitOfZero, Map<String, Long> units) {
        this.shape = Pattern.compile(
                "(" + number + ") ?" + units.keySet().stream().collect(Collectors.joining("|", "(", ")")));
        this.problem = problem;
        this.unitOfZero = unitOfZero;
        this.units = units;
    }

    private static Map<String, Long> units(Object... pairs) {
        Map<String, Long> units = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            units.put((String) pairs[i], (Long) pairs[i + 1]);
        }
        return units;
    }

    /**
     * Reads an amount of any size.
     *
     * @param expected what to write, for the message
     */
    public Amount read(ConfigValue value, String expected) throws BadValue {
        String written = String.valueOf(value.unwrapped());
        Matcher matcher = shape.matcher(this == NUMBER ? written.strip() : written);
        if (!matcher.matches()) {
            throw new BadValue(
                    "is " + ValueText.of(value) + problem + (problem.isEmpty() ? "; write " : "; use ") + expected);
        }
        BigDecimal amount = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(units.get(matcher.group(2))));
        return new Amount(amount, this == NUMBER ? amount.toString() : written);
    }

    /** Writes an amount in the largest unit that gives a whole number. */
    public String write(long amount) {
        if (amount == 0) {
            return "0" + unitOfZero;
        }
        Map.Entry<String, Long> unit = units.entrySet().stream()
                .filter(entry ->
                        amount % entry.getValue() == 0 && !entry.getKey().equals("B"))
                .findFirst()
                .orElseThrow();
        return amount / unit.getValue() + unit.getKey();
    }
}
