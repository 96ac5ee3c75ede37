package io.millrace.core.config;

import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.ValueText;
import java.math.BigInteger;

/** A number of bytes of a range. */
record ByteSize(int least, int most, boolean isPowerOfTwo) implements KeyType<Integer> {
    static final int KIB = 1 << 10;
    static final int MIB = 1 << 20;
    static final int GIB = 1 << 30;

    static ByteSize between(int least, int most) {
        return new ByteSize(least, most, false);
    }

    static ByteSize powerOfTwo(int least, int most) {
        return new ByteSize(least, most, true);
    }

    @Override
    public Integer read(ConfigValue value) throws BadValue {
        BigInteger bytes = ByteText.read(value, expected());
        String text = ValueText.plain(String.valueOf(value.unwrapped()));
        if (bytes.compareTo(BigInteger.valueOf(least)) < 0) {
            throw new BadValue("is " + text + ", less than " + write(least) + "; use " + expected());
        }
        if (bytes.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new BadValue("is " + text + ", more than " + write(most) + "; use " + expected());
        }
        if (isPowerOfTwo && bytes.bitCount() != 1) {
            throw new BadValue("is " + text + ", not a power of two; use " + ByteText.write(1L << bytes.bitLength()));
        }
        return bytes.intValueExact();
    }

    @Override
    public String write(Integer value) {
        return ByteText.write(value);
    }

    @Override
    public String expected() {
        return (isPowerOfTwo ? "a power of two, " : "a size, ") + write(least) + " to " + write(most);
    }

    @Override
    public String unit() {
        return "bytes";
    }
}
