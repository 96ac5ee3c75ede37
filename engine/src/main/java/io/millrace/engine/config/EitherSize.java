package io.millrace.engine.config;

import com.typesafe.config.ConfigValue;

import java.math.BigInteger;

/** One of two numbers of bytes. */
record EitherSize(int smaller, int larger) implements KeyType<Integer> {

    @Override
    public Integer read(ConfigValue value) throws BadValue {
        BigInteger bytes = ByteText.read(value, expected());
        if (bytes.equals(BigInteger.valueOf(smaller)) || bytes.equals(BigInteger.valueOf(larger))) {
            return bytes.intValueExact();
        }
        throw new BadValue("is " + ValueText.plain(String.valueOf(value.unwrapped())) + "; use " + expected());
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
