package io.millrace.lab.command;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of bytes: {@code 64}, {@code 64B}, {@code 2KiB}, {@code 1MiB}, {@code 1GiB}. */
public final class SizeConverter implements ITypeConverter<Integer> {
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,12})(B|KiB|MiB|GiB)?");

    @Override
    public Integer convert(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is no size like 64, 2KiB or 1MiB");
        }
        long unit = switch (matcher.group(2) == null ? "B" : matcher.group(2)) {
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            case "GiB" -> 1L << 30;
            default -> 1L;
        };
        long bytes = Long.parseLong(matcher.group(1)) * unit;
        if (bytes > Integer.MAX_VALUE) {
            throw new TypeConversionException("'" + text + "' is out of range, less than 2GiB");
        }
        return (int) bytes;
    }
}
