package io.millrace.engine.config;

import com.typesafe.config.ConfigValue;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One of two numbers of bytes, written plainly or with a unit: {@code 2048}, {@code 2KiB}. */
record ByteSize(int smaller, int larger) implements KeyType<Integer> {
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,18}) ?(B|KiB|MiB|GiB)?");

    @Override
    public Integer read(ConfigValue value) throws BadValue {
        Matcher matcher = SHAPE.matcher(String.valueOf(value.unwrapped()));
        if (!matcher.matches()) {
            throw new BadValue("is " + ValueText.of(value) + ", which is no size like 2048 or 2KiB; use "
                + expected());
        }
        BigInteger bytes = new BigInteger(matcher.group(1)).shiftLeft(shift(matcher.group(2)));
        if (bytes.equals(BigInteger.valueOf(smaller)) || bytes.equals(BigInteger.valueOf(larger))) {
            return bytes.intValueExact();
        }
        throw new BadValue("is " + ValueText.plain(matcher.group()) + "; use " + expected());
    }

    private static int shift(String unit) {
        return switch (unit) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            case null, default -> 0;
        };
    }

    @Override
    public String write(Integer value) {
        return value.toString();
    }

    @Override
    public String expected() {
        return smaller + " or " + larger;
    }

    @Override
    public String unit() {
        return "bytes";
    }
}
