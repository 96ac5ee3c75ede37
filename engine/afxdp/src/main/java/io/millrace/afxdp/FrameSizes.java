package io.millrace.afxdp;

import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.Notation;

/**
 * The size of a UMEM's chunks: one of two, or, where the chunks need not be aligned, any between them; {@link
 * AfXdpRules} says which it may be.
 */
record FrameSizes(int smaller, int larger) implements KeyType<Integer> {
    @Override
    public Integer read(ConfigValue value) throws BadValue {
        Notation.Amount bytes = Notation.BYTES.read(value, expected());
        if (bytes.isBetween(smaller, larger)) {
            return bytes.value().intValueExact();
        }
        throw new BadValue("is " + bytes.text() + "; use " + expected());
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
