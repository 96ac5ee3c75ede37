package io.millrace.core.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.millrace.SourceLine;
import io.millrace.spi.config.BlockKey;
import io.millrace.spi.config.BlockListKey;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.KeyEntry;
import io.millrace.spi.config.Settings;
import io.millrace.spi.config.ValueKey;
import io.millrace.spi.config.ValueText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads a block by the keys that may be in it. A bad value is reported, and its default used. */
final class SettingsReader {
    private final Map<Key<?>, Object> values = new IdentityHashMap<>();
    private final Map<String, SourceLine> lines = new HashMap<>();

    private SettingsReader() {}

    /** @param others other names that may be in the block beside the keys */
    static Settings read(KeyBlock keys, SettingsBlock block, String... others) {
        SettingsReader reader = new SettingsReader();
        reader.readBlock(keys, block, "", others);
        return new Settings(keys, block.path(), block.line(), reader.lines, reader.values);
    }

    private void readBlock(KeyBlock keys, SettingsBlock block, String prefix, String... others) {
        block.reportUnknown(
                Stream.concat(Stream.of(others), keys.entries().stream().map(KeyEntry::name))
                        .toList());
        block.entries().forEach(entry -> lines.put(prefix + entry.getKey(), block.lineOf(entry.getValue())));
        for (KeyEntry entry : keys.entries()) {
            switch (entry) {
                case KeyBlock inner -> readBlock(inner, block.block(inner.name()), prefix + inner.name() + ".");
                case BlockKey key -> readOptional(key, block);
                case BlockListKey key -> values.put(key, readList(key, block));
                case ValueKey<?> key -> put(key, block.get(key));
                case Key<?> derived -> throw new IllegalStateException(derived + " stands in no block");
            }
        }
    }

    /** A required key with a problem has no value. */
    private void put(Key<?> key, Object value) {
        if (value != null) {
            values.put(key, value);
        }
    }

    private void readOptional(BlockKey key, SettingsBlock block) {
        if (block.value(key.name()) instanceof ConfigObject) {
            values.put(key, Optional.of(read(key.block(), block.block(key.name()))));
        } else {
            block.block(key.name()); // reports it if it is not a block
        }
    }

    private static List<Settings> readList(BlockListKey key, SettingsBlock block) {
        ConfigValue value = block.value(key.name());
        if (value != null && !(value instanceof ConfigList)) {
            block.problem(
                    key.name(),
                    value,
                    "is " + ValueText.of(value) + "; write a list of " + key.itemName() + "s, as in [" + key.example()
                            + "]");
        }
        List<Settings> items = new ArrayList<>();
        if (value instanceof ConfigList list) {
            for (int i = 0; i < list.size(); i++) {
                readItem(key, list.get(i), key.name() + "[" + i + "]", block).ifPresent(items::add);
            }
        }
        return items;
    }

    private static Optional<Settings> readItem(BlockListKey key, ConfigValue value, String name, SettingsBlock block) {
        if (value instanceof ConfigObject values) {
            return Optional.of(read(key.block(), block.item(values, name)));
        }
        block.problem(
                name, value, "is " + ValueText.of(value) + "; write a " + key.itemName() + ", as in " + key.example());
        return Optional.empty();
    }
}
