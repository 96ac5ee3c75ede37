package io.millrace.core.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A value in which two configs differ, defaults included.
 *
 * @param path   its path inside {@code millrace}, as in {@code engine.mode}; the block's path for a block that only one
 *               of them has
 * @param before its value in the first, as HOCON on one line; "" if it has none, or the value is a block
 * @param after  its value in the second, likewise
 */
public record ConfigChange(String path, String before, String after) {
    private static final ConfigRenderOptions ON_ONE_LINE = ConfigRenderOptions.concise();

    /** Returns what differs, by path. Lists, such as the pipeline, are compared as a whole. */
    public static List<ConfigChange> between(EngineConfig before, EngineConfig after) {
        List<ConfigChange> changes = new ArrayList<>();
        compare("", tree(before), tree(after), changes);
        return changes;
    }

    private static ConfigObject tree(EngineConfig config) {
        return ConfigFactory.parseString(config.render())
                .getConfig(RootNames.MILLRACE)
                .root();
    }

    private static void compare(String parent, ConfigObject before, ConfigObject after, List<ConfigChange> changes) {
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            String path = parent + ConfigUtil.joinPath(name);
            ConfigValue first = before.get(name);
            ConfigValue second = after.get(name);
            if (first instanceof ConfigObject firstBlock && second instanceof ConfigObject secondBlock) {
                compare(path + ".", firstBlock, secondBlock, changes);
            } else if (first == null || !first.equals(second)) {
                changes.add(new ConfigChange(path, text(first), text(second)));
            }
        }
    }

    private static String text(ConfigValue value) {
        return value == null || value instanceof ConfigObject ? "" : value.render(ON_ONE_LINE);
    }
}
