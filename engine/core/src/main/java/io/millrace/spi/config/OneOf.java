package io.millrace.spi.config;

import com.typesafe.config.ConfigValue;
import java.util.List;

/**
 * The type of keys whose value is one of two or more words or numbers. {@code true} and {@code false} stand for {@code
 * on} and {@code off}.
 */
record OneOf(List<String> values) implements KeyType<String> {
    @Override
    public String read(ConfigValue value) throws BadValue {
        String text = switch (value.unwrapped()) {
            case String written -> written;
            case Boolean flag -> flag ? "on" : "off";
            case Number number when values.contains(ValueText.written(value)) -> ValueText.written(value);
            default -> throw new BadValue("is " + ValueText.of(value) + "; write " + expected());
        };
        if (values.contains(text)) {
            return text;
        }
        String nearest = NearestName.to(text, values);
        throw new BadValue("is " + ValueText.of(value) + ", which is not one of its values; "
                + (nearest == null ? "write " + expected() : "did you mean '" + nearest + "'?"));
    }

    @Override
    public String write(String value) {
        return value;
    }

    @Override
    public String expected() {
        int last = values.size() - 1;
        return String.join(", ", values.subList(0, last)) + " or " + values.get(last);
    }
}
