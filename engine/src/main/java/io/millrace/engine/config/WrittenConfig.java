package io.millrace.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What all the texts of a config say, as they were written, to be held against what HOCON made of them. */
final class WrittenConfig {
    private record Loss(String root, SourceLine line, String problem) {
    }

    private record Place(String file, int line) {
    }

    private final List<Loss> losses = new ArrayList<>();
    private final Set<String> roots = new HashSet<>(Set.of(Section.ROOT.blockName()));
    private final Set<Place> emptyLists = new HashSet<>();

    void add(HoconScan scan, String file) {
        boolean hasLines = !HoconText.isOverride(file);
        scan.losses().forEach(loss ->
            lose(loss.root(), new SourceLine(file, hasLines ? loss.line() : 0), loss.problem()));
        roots.addAll(scan.referredRoots());
        scan.emptyLists().forEach(line -> emptyLists.add(new Place(file, hasLines ? line : 0)));
    }

    /** @param root the first element of the path that it is at */
    void lose(String root, SourceLine line, String problem) {
        losses.add(new Loss(root, line, problem));
    }

    /** @throws ConfigException if HOCON drops something of {@code millrace}, or of what substitutions refer to */
    void requireWhole() {
        Problems problems = new Problems();
        losses.stream().filter(loss -> roots.contains(loss.root()))
            .forEach(loss -> problems.add(loss.line(), loss.problem()));
        problems.throwIfAny();
    }

    /**
     * An empty list of rules takes every frame. One that was not written so is a mistake of the environment.
     *
     * @throws ConfigException if optional substitutions left nothing of a list of rules
     */
    void requireRules(Config resolved) {
        Problems problems = new Problems();
        if (resolved.root().get(Section.ROOT.blockName()) instanceof ConfigObject root
            && root.get(Section.PORTS.blockName()) instanceof ConfigObject ports) {
            ports.forEach((name, port) -> requireRules(name, port, problems));
        }
        problems.throwIfAny();
    }

    private void requireRules(String name, ConfigValue port, Problems problems) {
        String key = AfXdpKeys.ACCEPT.name();
        if (port instanceof ConfigObject block && block.get(key) instanceof ConfigList rules && rules.isEmpty()) {
            SourceLine line = SourceLine.of(rules.origin());
            if (!emptyLists.contains(new Place(line.file(), line.line()))) {
                problems.add(line, Section.PORTS.blockName() + "." + ValueText.plain(name) + "." + key + " has nothing"
                    + " left of its list, because what its substitutions name is not set; set that, or write accept = all");
            }
        }
    }
}
