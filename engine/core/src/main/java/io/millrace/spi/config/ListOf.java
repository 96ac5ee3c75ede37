package io.millrace.spi.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The type of keys whose value is a list of values of another type.
 *
 * @param itemName what one value is called, with its article: {@code a CPU}
 * @param expected says what to write
 * @param example  follows {@code expected} in a message, as in {@code , as in [1, 2]}, or ""
 * @param label    comes before a duplicate value in a message, as in {@code queue }, or ""; null if duplicates are
 *                 allowed
 */
record ListOf<T>(KeyType<T> type, String itemName, String expected, String example, String label)
        implements KeyType<List<T>> {
    @Override
    public List<T> read(ConfigValue value) throws BadValue {
        if (!(value instanceof ConfigList items)) {
            throw new BadValue("is " + ValueText.of(value) + "; write " + expected + example);
        }
        List<T> values = new ArrayList<>();
        for (ConfigValue item : items) {
            T read = read(item, type);
            if (label != null && values.contains(read)) {
                throw new BadValue("names " + label + type.write(read) + " twice; name each " + label + "once", item);
            }
            values.add(read);
        }
        return List.copyOf(values);
    }

    private T read(ConfigValue item, KeyType<T> itemType) throws BadValue {
        try {
            return itemType.read(item);
        } catch (BadValue e) {
            throw new BadValue("holds " + itemName + " that " + e.getMessage(), item);
        }
    }

    @Override
    public String write(List<T> value) {
        return value.stream().map(type::write).collect(Collectors.joining(", ", "[", "]"));
    }
}
