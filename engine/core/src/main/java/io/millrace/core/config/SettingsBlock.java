package io.millrace.core.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.millrace.SourceLine;
import io.millrace.spi.Problems;
import io.millrace.spi.config.BadValue;
import io.millrace.spi.config.NearestName;
import io.millrace.spi.config.ValueKey;
import io.millrace.spi.config.ValueText;
import java.util.List;
import java.util.Map;

/** Reads the keys of one block of a config. Problems are collected instead of thrown. */
final class SettingsBlock {
    private final ConfigObject values;
    private final String path;
    private final SourceLine line;
    private final Problems problems;

    /** @param path the block's path inside {@code millrace}; "" for the {@code millrace} block itself */
    SettingsBlock(ConfigObject values, String path, SourceLine line, Problems problems) {
        this.values = values;
        this.path = path;
        this.line = line;
        this.problems = problems;
    }

    SourceLine line() {
        return line;
    }

    /** The block's path inside {@code millrace}; "" for the {@code millrace} block itself. */
    String path() {
        return path;
    }

    String path(String name) {
        return path.isEmpty() ? ValueText.plain(name) : path + "." + ValueText.plain(name);
    }

    /** The block's content. */
    ConfigObject values() {
        return values;
    }

    /** Returns a value, or null if it is not set. */
    ConfigValue value(String name) {
        ConfigValue value = values.get(name);
        return value == null || value.valueType() == ConfigValueType.NULL ? null : value;
    }

    /** The line that a value of this block is on; the block's own line if the value comes from the environment. */
    SourceLine lineOf(ConfigValue value) {
        SourceLine own = SourceLine.of(value.origin());
        return own.line() > 0 || own.isOverride() ? own : line;
    }

    void problem(String name, ConfigValue value, String problem) {
        problems.add(lineOf(value), path(name) + " " + problem);
    }

    /** The key's value; its default if it is not set or can't be used, null if it has none. */
    <T> T get(ValueKey<T> key) {
        ConfigValue value = value(key.name());
        if (value == null) {
            if (key.isRequired()) {
                problems.add(
                        line,
                        path(key.name()) + " is missing; write " + key.type().expected());
                return null;
            }
            return key.defaultValue();
        }
        try {
            return key.type().read(value);
        } catch (BadValue e) {
            problem(key.name(), e.place() == null ? value : e.place(), e.getMessage());
            return key.isRequired() ? null : key.defaultValue();
        }
    }

    /** Returns a block in this one; an empty one if it is missing or not a block. */
    SettingsBlock block(String name) {
        ConfigValue value = value(name);
        if (value instanceof ConfigObject block) {
            return new SettingsBlock(block, path(name), lineOf(block), problems);
        }
        if (value != null) {
            problem(name, value, "is " + ValueText.of(value) + "; write a block, " + name + " { … }");
        }
        return new SettingsBlock(ConfigFactory.empty().root(), path(name), line, problems);
    }

    /** Reports every name in this block that is not among those known. */
    void reportUnknown(List<String> known) {
        for (Map.Entry<String, ConfigValue> entry : values.entrySet()) {
            if (!known.contains(entry.getKey())) {
                problems.add(
                        lineOf(entry.getValue()),
                        "unknown key " + ValueText.quoted(entry.getKey())
                                + (path.isEmpty() ? " in millrace" : " in " + path) + "; "
                                + NearestName.advice(entry.getKey(), known, "keys here"));
            }
        }
    }

    /** A block that is an item of a list in this one. */
    SettingsBlock item(ConfigObject item, String name) {
        return new SettingsBlock(item, path(name), lineOf(item), problems);
    }

    /** The names in this block that are set. */
    List<Map.Entry<String, ConfigValue>> entries() {
        return values.entrySet().stream()
                .filter(e -> e.getValue().valueType() != ConfigValueType.NULL)
                .toList();
    }

    Problems problems() {
        return problems;
    }
}
