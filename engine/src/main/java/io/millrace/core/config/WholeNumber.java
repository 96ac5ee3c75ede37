package io.millrace.core.config;

import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.ValueText;
import java.math.BigInteger;
import java.util.regex.Pattern;

/** A whole number of a range; texts are read as numbers, because environment variables are texts. */
record WholeNumber(int least, int most, boolean isPowerOfTwo, String unit) implements KeyType<Integer> {
    private static final Pattern SHAPE = Pattern.compile("[+-]?\\d{1,30}");

    static WholeNumber between(int least, int most, String unit) {
        return new WholeNumber(least, most, false, unit);
    }

    static WholeNumber powerOfTwo(int least, int most, String unit) {
        return new WholeNumber(least, most, true, unit);
    }

    @Override
    public Integer read(ConfigValue value) throws BadValue {
        String text = String.valueOf(value.unwrapped()).strip();
        if (!SHAPE.matcher(text).matches()) {
            throw new BadValue("is " + ValueText.of(value) + "; write " + expected());
        }
        BigInteger number = new BigInteger(text);
        requireInRange(number);
        if (isPowerOfTwo && number.bitCount() != 1) {
            throw new BadValue("is " + number + ", not a power of two; use " + (1L << number.bitLength()));
        }
        return number.intValueExact();
    }

    private void requireInRange(BigInteger number) throws BadValue {
        if (number.compareTo(BigInteger.valueOf(least)) < 0) {
            throw new BadValue("is " + number + ", less than " + least + "; use " + expected());
        }
        if (number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new BadValue("is " + number + ", more than " + most + "; use " + expected());
        }
    }

    @Override
    public String write(Integer value) {
        return value.toString();
    }

    @Override
    public String expected() {
        return (isPowerOfTwo ? "a power of two, " : "a whole number, ") + least + " to " + most;
    }
}
