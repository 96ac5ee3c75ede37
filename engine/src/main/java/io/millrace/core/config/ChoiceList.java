package io.millrace.core.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.ConfigName;
import io.millrace.spi.config.KeyType;
import io.millrace.spi.config.ValueText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Some of the constants of an enum, each once, in the enum's order. */
record ChoiceList<E extends Enum<E>>(Class<E> values) implements KeyType<List<E>> {

    @Override
    public List<E> read(ConfigValue value) throws BadValue {
        if (!(value instanceof ConfigList items)) {
            throw new BadValue("is " + ValueText.of(value) + "; write " + expected());
        }
        Choice<E> choice = new Choice<>(values);
        List<E> chosen = new ArrayList<>();
        for (ConfigValue item : items) {
            E constant;
            try {
                constant = choice.read(item);
            } catch (BadValue e) {
                throw new BadValue("holds a word that " + e.getMessage(), item);
            }
            if (chosen.contains(constant)) {
                throw new BadValue("names " + ConfigName.of(constant) + " twice; name each once", item);
            }
            chosen.add(constant);
        }
        chosen.sort(null);
        return chosen;
    }

    @Override
    public String write(List<E> value) {
        return value.stream().map(ConfigName::of).collect(Collectors.joining(", ", "[", "]"));
    }

    @Override
    public String expected() {
        return "a list of "
                + Arrays.stream(values.getEnumConstants()).map(ConfigName::of).collect(Collectors.joining(", "));
    }
}
