package io.millrace.cli;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the classes of a user's own stages and port types in the jars and folders that {@value #VARIABLE} names,
 * separated by colons as in any class path; {@code folder/*} means every jar in the folder.
 */
final class StageClassPath {
    static final String VARIABLE = "MILLRACE_CLASSPATH";

    private StageClassPath() {}

    /** Makes these classes known to this thread and the threads that it starts. */
    static void install() {
        String classPath = System.getenv(VARIABLE);
        if (classPath == null || classPath.isBlank()) {
            return;
        }
        List<URL> urls = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            if (entry.endsWith("/*")) {
                jarsOf(Path.of(entry.substring(0, entry.length() - 2)), urls);
            } else if (!entry.isBlank()) {
                urls.add(url(Path.of(entry)));
            }
        }
        Thread.currentThread()
                .setContextClassLoader(
                        new URLClassLoader("stages", urls.toArray(URL[]::new), StageClassPath.class.getClassLoader()));
    }

    private static void jarsOf(Path folder, List<URL> urls) {
        File[] jars = folder.toFile().listFiles((parent, name) -> name.endsWith(".jar"));
        if (jars == null) {
            throw missing(folder);
        }
        for (File jar : jars) {
            urls.add(url(jar.toPath()));
        }
    }

    private static URL url(Path entry) {
        if (!Files.exists(entry)) {
            throw missing(entry);
        }
        try {
            return entry.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new CommandFailure(ExitCode.USAGE, VARIABLE + ": " + entry + " is no path; correct it", e);
        }
    }

    private static CommandFailure missing(Path entry) {
        return CommandFailure.usage(VARIABLE + ": " + entry + " does not exist; build it first, or correct the path");
    }
}
