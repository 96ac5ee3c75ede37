package io.millrace.spi.config;

import com.typesafe.config.ConfigValue;
import java.math.BigDecimal;
import java.util.function.LongFunction;

/**
 * The type of keys whose value is an amount in a range, whole in its smallest unit.
 *
 * @param noun     the words before the range in messages, such as {@code a whole number, }
 * @param toNumber makes the value of an amount that is in the range
 */
record Amounts<N extends Number>(
        Notation notation,
        String noun,
        long least,
        long most,
        boolean isPowerOfTwo,
        String unit,
        LongFunction<N> toNumber)
        implements KeyType<N> {
    @Override
    public N read(ConfigValue value) throws BadValue {
        Notation.Amount amount = notation.read(value, expected());
        requireInRange(amount);
        long number = amount.value().longValue();
        if (isPowerOfTwo && Long.bitCount(number) != 1) {
            long next = Long.highestOneBit(number) << 1;
            throw new BadValue("is " + amount.text() + ", not a power of two; use " + notation.write(next));
        }
        return toNumber.apply(number);
    }

    private void requireInRange(Notation.Amount amount) throws BadValue {
        if (amount.value().compareTo(BigDecimal.valueOf(least)) < 0) {
            throw new BadValue("is " + amount.text() + ", less than " + notation.write(least) + "; use " + expected());
        }
        if (amount.value().compareTo(BigDecimal.valueOf(most)) > 0) {
            throw new BadValue("is " + amount.text() + ", more than " + notation.write(most) + "; use " + expected());
        }
    }

    @Override
    public String write(N value) {
        return notation.write(value.longValue());
    }

    @Override
    public String expected() {
        return noun + notation.write(least) + " to " + notation.write(most);
    }
}
