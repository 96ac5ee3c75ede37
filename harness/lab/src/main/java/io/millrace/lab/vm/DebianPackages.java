package io.millrace.lab.vm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads what apt prints of packages. */
final class DebianPackages {
    /** One flavour only: no cloud, rt, dbg or unsigned kernels. */
    private static final Pattern KERNEL = Pattern.compile("linux-image-(\\d[^-]*)-amd64");

    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final String DEPENDS = "Depends:";

    private DebianPackages() {}

    /** What to ask {@code apt-get indextargets --format} for. */
    static final String MIRROR_FORMAT = "$(REPO_URI)|$(COMPONENT)";

    /** The first mirror of Debian's main archive that the host's apt is set up with. */
    static Optional<String> mirror(String indexTargets) {
        return indexTargets
                .lines()
                .map(line -> line.split("\\|", -1))
                .filter(fields -> fields.length == 2
                        && fields[1].equals("main")
                        && (fields[0].endsWith("/debian/") || fields[0].endsWith("/debian")))
                .map(fields -> fields[0])
                .findFirst();
    }

    /**
     * The newest kernel of those names whose version begins with a prefix.
     *
     * @param prefix 7, 7.3, 7.3.1, or "" for any
     */
    static Optional<String> newestKernel(Stream<String> names, String prefix) {
        return names.map(KERNEL::matcher)
                .filter(Matcher::matches)
                .filter(name -> begins(name.group(1), prefix))
                .max(Comparator.comparing((Matcher name) -> numbers(name.group(1)), DebianPackages::compare))
                .map(Matcher::group);
    }

    /** Whole numbers: 7.1 does not begin 7.12. */
    private static boolean begins(String version, String prefix) {
        return version.startsWith(prefix)
                && (prefix.isEmpty()
                        || version.length() == prefix.length()
                        || !Character.isDigit(version.charAt(prefix.length())));
    }

    private static List<Long> numbers(String version) {
        return NUMBER.matcher(version)
                .results()
                .map(number -> Long.parseLong(number.group()))
                .toList();
    }

    private static int compare(List<Long> left, List<Long> right) {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int order = Long.compare(left.get(i), right.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    /** The packages of its own release that a kernel's package wants, from {@code apt-cache show}: its modules, say. */
    static List<String> partsOf(String kernelPackage, String show) {
        Matcher kernel = KERNEL.matcher(kernelPackage);
        if (!kernel.matches()) {
            return List.of();
        }
        Set<String> parts = new LinkedHashSet<>();
        show.lines().filter(line -> line.startsWith(DEPENDS)).forEach(line -> {
            for (String alternative : line.substring(DEPENDS.length()).split("[,|]")) {
                String name = alternative.strip().split("[ :(]", 2)[0];
                if (name.startsWith("linux-") && name.contains("-" + kernel.group(1) + "-")) {
                    parts.add(name);
                }
            }
        });
        parts.remove(kernelPackage);
        return new ArrayList<>(parts);
    }
}
