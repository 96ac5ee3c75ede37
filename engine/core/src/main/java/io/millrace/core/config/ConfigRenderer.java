package io.millrace.core.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.millrace.core.stage.BuiltInStages;
import io.millrace.spi.PortSettings;
import io.millrace.spi.config.BlockKey;
import io.millrace.spi.config.BlockListKey;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.KeyEntry;
import io.millrace.spi.config.Settings;
import io.millrace.spi.config.ValueKey;
import io.millrace.spi.config.ValueText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Writes a config with all its values, so that it can be read again. */
final class ConfigRenderer {
    private final StringBuilder text = new StringBuilder();
    private int depth;

    String render(EngineConfig config) {
        open(RootNames.MILLRACE);
        renderBlock(config.engine());
        renderBlock(config.leases());
        open(RootNames.PORTS);
        for (PortSettings port : config.ports()) {
            open(port.name());
            line("type = " + port.type().name());
            renderEntries(
                    port.settings().block(), port.settings(), key -> port.type().isUsed(port, key));
            close();
        }
        close();
        renderPipeline(config);
        close();
        return text.toString();
    }

    private void renderBlock(Settings settings) {
        open(settings.block().name());
        renderEntries(settings.block(), settings, key -> true);
        close();
    }

    private void renderEntries(KeyBlock block, Settings settings, Predicate<Key<?>> isUsed) {
        for (KeyEntry entry : block.entries()) {
            switch (entry) {
                case KeyBlock inner -> {
                    open(inner.name());
                    renderEntries(inner, settings, isUsed);
                    close();
                }
                case BlockKey key -> settings.get(key).ifPresent(this::renderBlock);
                case BlockListKey key -> renderList(key, settings.get(key));
                case ValueKey<?> key when isUsed.test(key) -> renderValue(key, settings);
                case Key<?> unused -> {}
            }
        }
    }

    private <T> void renderValue(ValueKey<T> key, Settings settings) {
        String remark = key.type().remark(settings.get(key));
        String setting = setting(key, settings);
        boolean isSaid = remark.isEmpty() || remark.equals(key.name());
        line(isSaid ? setting : String.format(Locale.ROOT, "%-26s # %s", setting, remark));
    }

    private static <T> String setting(ValueKey<T> key, Settings settings) {
        return key.name() + " = " + key.type().write(settings.get(key));
    }

    private void renderList(BlockListKey key, List<Settings> items) {
        if (items.isEmpty()) {
            line(key.name() + " = []");
            return;
        }
        line(key.name() + " = [");
        depth++;
        for (Settings item : items) {
            line(item.block()
                    .keys()
                    .filter(ValueKey.class::isInstance)
                    .map(inner -> setting((ValueKey<?>) inner, item))
                    .collect(Collectors.joining(", ", "{ ", " }")));
        }
        depth--;
        line("]");
    }

    private void renderPipeline(EngineConfig config) {
        line(RootNames.PIPELINE + " = [");
        depth++;
        for (StageGroup group : config.pipeline()) {
            if (group.isParallel()) {
                line("[");
                depth++;
                group.stages().forEach(stage -> line(stageText(stage)));
                depth--;
                line("]");
            } else {
                line(stageText(group.stages().getFirst()));
            }
        }
        depth--;
        line("]");
    }

    private static String stageText(StageSpec stage) {
        String name = ", name = " + ConfigUtil.quoteString(stage.name());
        if (stage.className() != null) {
            return "{ class = " + ConfigUtil.quoteString(stage.className()) + name + ", config "
                    + text(stage.config().root()) + " }";
        }
        String options = BuiltInStages.find(stage.kind()).options().stream()
                .map(option ->
                        ", " + option.name() + " = " + text(stage.config().getValue(option.name())))
                .collect(Collectors.joining());
        return "{ stage = " + stage.kind() + name + options + " }";
    }

    /** On one line; numbers are as they were written, since a stage may ask for their text. */
    private static String text(ConfigValue value) {
        return switch (value) {
            case ConfigObject block ->
                block.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(entry -> ConfigUtil.quoteString(entry.getKey()) + ":" + text(entry.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
            case ConfigList list -> list.stream().map(ConfigRenderer::text).collect(Collectors.joining(",", "[", "]"));
            default -> value.unwrapped() instanceof String text ? ConfigUtil.quoteString(text) : ValueText.of(value);
        };
    }

    private void open(String name) {
        line(name + " {");
        depth++;
    }

    private void close() {
        depth--;
        line("}");
    }

    private void line(String line) {
        text.append("  ".repeat(depth)).append(line).append('\n');
    }
}
