package io.millrace.lab.command;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 500}, {@code 200k}, {@code 3M} frames a second, or {@code max}. */
public final class RateConverter implements ITypeConverter<Rate> {
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?)([kMG]?)");

    @Override
    public Rate convert(String text) {
        if (text.equals("max")) {
            return Rate.MAX;
        }
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is no rate like 200k, 3M or max");
        }
        double unit = switch (matcher.group(2)) {
            case "k" -> 1e3;
            case "M" -> 1e6;
            case "G" -> 1e9;
            default -> 1;
        };
        double perSecond = Double.parseDouble(matcher.group(1)) * unit;
        if (perSecond == 0 || perSecond > 1e9) {
            throw new TypeConversionException("'" + text + "' is out of range, more than 0 and up to 1G frames/s");
        }
        return new Rate(perSecond);
    }
}
