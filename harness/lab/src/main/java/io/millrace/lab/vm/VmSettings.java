package io.millrace.lab.vm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The settings of the test.
 *
 * @param kernel  a file, a package, a version, or null for the newest
 * @param limit   for the machine, from boot to off
 * @param checks  parts of names of checks; none: all of them
 * @param console whether the guest's console is shown
 * @param cache   the folder for what is fetched
 * @param program the jar that this is, with its libraries in {@code lib} beside it
 * @param options of the JVM, which the guest's gets as well
 */
public record VmSettings(
        String kernel,
        Driver driver,
        Duration limit,
        List<String> checks,
        boolean console,
        Path cache,
        Path program,
        List<String> options) {
    private static final Pattern PACKAGE = Pattern.compile("linux-image-[a-z0-9.+~-]+");
    private static final Pattern VERSION = Pattern.compile("\\d[\\w.+~-]*");

    /**
     * Checks the kernel's name.
     *
     * @throws IllegalArgumentException if it is neither a file, nor may be a package or a version
     */
    public VmSettings {
        if (kernel != null
                && !Files.isRegularFile(Path.of(kernel))
                && !isPackage(kernel)
                && !VERSION.matcher(kernel).matches()) {
            throw new IllegalArgumentException("--kernel " + kernel + " is no file, and neither a package"
                    + " (linux-image-...) nor a version (7.3)");
        }
    }

    /** Returns whether this names a package, if it names no file. */
    static boolean isPackage(String kernel) {
        return PACKAGE.matcher(kernel).matches();
    }
}
