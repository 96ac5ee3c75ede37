package io.millrace.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.millrace.ConfigException;
import io.millrace.SourceLine;
import io.millrace.spi.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the texts of a config say as they were written, to be compared with what HOCON made of them. */
final class WrittenConfig {
    private record Loss(List<String> path, SourceLine line, String problem) {}

    private record BareList(String file, HoconScan.BareList list) {
        /** Returns whether the list may be the one at that line; an override has no line numbers. */
        boolean standsIn(SourceLine line) {
            return file.equals(line.file())
                    && (new SourceLine(file, 0).isOverride()
                            || list.firstLine() <= line.line() && line.line() <= list.lastLine());
        }
    }

    private final List<Loss> losses = new ArrayList<>();
    /** The paths of settings that matter. */
    private final Set<List<String>> used = new HashSet<>(Set.of(List.of(RootNames.MILLRACE)));

    private final List<BareList> bareLists = new ArrayList<>();

    void add(HoconScan scan, String file) {
        boolean hasLines = !new SourceLine(file, 0).isOverride();
        scan.losses()
                .forEach(loss -> lose(loss.path(), new SourceLine(file, hasLines ? loss.line() : 0), loss.problem()));
        scan.referred().forEach(used::add);
        scan.bareLists().forEach(list -> bareLists.add(new BareList(file, list)));
    }

    /** @param path the path of the setting that is lost */
    void lose(List<String> path, SourceLine line, String problem) {
        losses.add(new Loss(path, line, problem));
    }

    /** @throws ConfigException if HOCON drops something of {@code millrace}, or of what substitutions refer to */
    void requireWhole() {
        Problems problems = new Problems();
        losses.stream()
                .filter(loss ->
                        used.stream().anyMatch(path -> isInside(loss.path(), path) || isInside(path, loss.path())))
                .forEach(loss -> problems.add(loss.line(), loss.problem()));
        problems.throwIfAny();
    }

    private static boolean isInside(List<String> path, List<String> block) {
        return path.size() >= block.size() && path.subList(0, block.size()).equals(block);
    }

    /**
     * Refuses a list that has items in the text but is empty after substitution. That is a mistake in the environment:
     * an empty list of rules accepts every frame, an empty list of multicast groups joins none. Lists in the config of
     * a user's stage are for that stage to judge.
     *
     * @throws ConfigException if optional substitutions left nothing of a list in {@code millrace}
     */
    void requireItems(Config resolved) {
        Problems problems = new Problems();
        ConfigValue root = resolved.root().get(RootNames.MILLRACE);
        if (root != null) {
            requireItems(root, List.of(RootNames.MILLRACE), problems);
        }
        problems.throwIfAny();
    }

    private void requireItems(ConfigValue value, List<String> path, Problems problems) {
        if (value instanceof ConfigObject block) {
            block.forEach((name, inside) -> {
                List<String> way = HoconScan.join(path, List.of(name));
                if (!PipelineReader.isStageConfig(way)) {
                    requireItems(inside, way, problems);
                }
            });
        } else if (value instanceof ConfigList list) {
            SourceLine line = SourceLine.of(list.origin());
            if (list.isEmpty() && !isWrittenSo(line, path)) {
                String name = HoconScan.name(path);
                problems.add(
                        line,
                        name
                                + " has nothing left of its list, because what its substitutions name is not set;"
                                + " set that,"
                                + " or write [] if an empty list is meant");
            }
            list.forEach(item -> requireItems(item, HoconScan.join(path, List.of(HoconScan.ITEM)), problems));
        }
    }

    /**
     * A parsed list only knows its line. If several lists on that line could be the one, the path decides. A list that
     * a substitution put there has another path; then the worse case is assumed.
     */
    private boolean isWrittenSo(SourceLine line, List<String> path) {
        List<HoconScan.BareList> there = bareLists.stream()
                .filter(bare -> bare.standsIn(line))
                .map(BareList::list)
                .toList();
        return there.stream().anyMatch(list -> list.isWrittenSo() && list.isAt(path))
                || !there.isEmpty() && there.stream().allMatch(HoconScan.BareList::isWrittenSo);
    }
}
