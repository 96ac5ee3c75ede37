package io.millrace.core.config;

import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.ValueText;
import java.math.BigInteger;

/**
 * The size of a UMEM's chunks: one of two, or, where the chunks need not be aligned, any between them; which it may be
 * is for {@link AfXdpReader} to say.
 */
record FrameSizes(int smaller, int larger) implements KeyType<Integer> {

    @Override
    public Integer read(ConfigValue value) throws BadValue {
        BigInteger bytes = ByteText.read(value, expected());
        if (bytes.compareTo(BigInteger.valueOf(smaller)) >= 0 && bytes.compareTo(BigInteger.valueOf(larger)) <= 0) {
            return bytes.intValueExact();
        }
        throw new BadValue("is " + ValueText.plain(String.valueOf(value.unwrapped())) + "; use " + expected());
    }

    /** Whether aligned chunks may have the size. */
    boolean isAligned(int bytes) {
        return bytes == smaller || bytes == larger;
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
