package io.millrace.afxdp;

import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.Notation;

/**
 * The type of the {@code frame-size} key: one of two sizes, or any size between them if the chunks need not be aligned;
 * {@link AfXdpRules} checks which.
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

    /** Returns whether aligned chunks may have this size. */
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
