package io.millrace.engine.config;

import com.typesafe.config.ConfigValue;

import java.util.Arrays;
import java.util.List;

/** One of the constants of an enum; {@code true} and {@code false} stand for {@code on} and {@code off}, if any. */
record Choice<E extends Enum<E>>(Class<E> values) implements KeyType<E> {

    @Override
    public E read(ConfigValue value) throws BadValue {
        String text = switch (value.unwrapped()) {
            case String written -> written;
            case Boolean flag -> flag ? "on" : "off";
            default -> throw new BadValue("is " + ValueText.of(value) + "; write " + expected());
        };
        for (E constant : values.getEnumConstants()) {
            if (ConfigName.of(constant).equals(text)) {
                return constant;
            }
        }
        String nearest = NearestName.to(text, names());
        throw new BadValue("is " + ValueText.of(value) + ", which is not one of its values; "
            + (nearest == null ? "write " + expected() : "did you mean '" + nearest + "'?"));
    }

    @Override
    public String write(E value) {
        return ConfigName.of(value);
    }

    @Override
    public String expected() {
        List<String> names = names();
        int last = names.size() - 1;
        return String.join(", ", names.subList(0, last)) + " or " + names.get(last);
    }

    private List<String> names() {
        return Arrays.stream(values.getEnumConstants()).map(ConfigName::of).toList();
    }
}
