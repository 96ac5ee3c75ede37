package io.millrace.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.millrace.ConfigException;
import io.millrace.SourceLine;
import io.millrace.spi.config.ValueText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Parses a text into resolved HOCON. Whatever the parser throws becomes a {@link ConfigException}. */
final class HoconText {
    private static final String ROOT = RootNames.MILLRACE + ".";

    private HoconText() {}

    static Config read(Path file, Map<String, String> overrides) {
        SourceLine start = new SourceLine(file.toString(), 0);
        return guarded(start, () -> {
            WrittenConfig written = new WrittenConfig();
            Config config = ConfigFiles.read(file, written);
            for (Map.Entry<String, String> override : overrides.entrySet()) {
                config = override(override.getKey(), override.getValue(), written)
                        .withFallback(config);
            }
            return resolved(config, written);
        });
    }

    static Config parse(String hocon, String origin) {
        return guarded(new SourceLine(origin, 0), () -> {
            WrittenConfig written = new WrittenConfig();
            return resolved(ConfigFiles.parse(hocon, origin, written), written);
        });
    }

    private static Config resolved(Config config, WrittenConfig written) {
        written.requireWhole();
        Config resolved = config.resolve();
        written.requireItems(resolved);
        return resolved;
    }

    private static Config override(String path, String text, WrittenConfig written) {
        SourceLine line = SourceLine.override(ValueText.plain(path));
        String origin = line.file();
        return guarded(line, () -> {
            ConfigUtil.splitPath(path);
            String whole = path.startsWith(ROOT) ? path : ROOT + path;
            ConfigValue value = value(text, origin, written);
            written.add(HoconScan.of(whole + " = " + text, List.of()), origin);
            return value.atPath(whole);
        });
    }

    /** Parses an override's value as HOCON; a text that is not HOCON is taken as a string. */
    private static ConfigValue value(String text, String origin, WrittenConfig written) {
        try {
            Config parsed = ConfigFiles.parse("v = " + text, origin, written);
            if (parsed.root().size() == 1 && parsed.root().containsKey("v")) {
                return parsed.root().get("v");
            }
        } catch (com.typesafe.config.ConfigException e) {
            // not HOCON, but a text with characters that would need quotes
        }
        return ConfigValueFactory.fromAnyRef(text, origin);
    }

    private static Config guarded(SourceLine start, Supplier<Config> work) {
        try {
            return work.get();
        } catch (com.typesafe.config.ConfigException e) {
            boolean placed = e.origin() != null && !start.isOverride();
            throw new ConfigException(placed ? SourceLine.of(e.origin()) : start, SyntaxProblem.of(e), e);
        } catch (StackOverflowError e) {
            throw new ConfigException(start, "the blocks or lists are nested too deep; take out braces or brackets");
        }
    }
}
