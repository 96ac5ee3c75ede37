package io.millrace.lab.vm;

import io.millrace.HostException;
import io.millrace.lab.process.Program;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which shared libraries of the host some programs and libraries need, by what its own linker says. */
final class SharedLibraries {
    /** A line of ldd's: a name and where it was found, or the linker itself. */
    private static final Pattern FOUND = Pattern.compile("\\s*(?:\\S+ => )?(/\\S+) \\(0x\\p{XDigit}+\\)");

    private static final Pattern CACHED = Pattern.compile("\\s*(\\S+) \\(.*x86-64.*\\) => (/\\S+)");

    private SharedLibraries() {}

    /**
     * Everything that these load, the linker included, themselves and what is below a folder left out.
     *
     * @param below a folder whose libraries find one another
     */
    static Set<Path> neededBy(List<Path> files, Path below) {
        Set<Path> needed = new LinkedHashSet<>();
        for (Path file : files) {
            for (Path library : parse(Program.of("ldd", file.toString()).run().out())) {
                if (!library.startsWith(below)) {
                    needed.add(library);
                }
            }
        }
        return needed;
    }

    /** The files that ldd names. */
    static List<Path> parse(String text) {
        return text.lines()
                .map(FOUND::matcher)
                .filter(Matcher::matches)
                .map(found -> Path.of(found.group(1)))
                .toList();
    }

    /**
     * Where the linker finds a library by its name.
     *
     * @throws HostException if it does not
     */
    static Path find(String name) {
        return find(name, Program.of("ldconfig", "-p").output("the linker's cache can't be read"));
    }

    static Path find(String name, String cache) {
        return cache.lines()
                .map(CACHED::matcher)
                .filter(found -> found.matches() && found.group(1).equals(name))
                .map(found -> Path.of(found.group(2)))
                .findFirst()
                .orElseThrow(() -> new HostException("there is no " + name + " here; install the package that has it"));
    }
}
