package io.millrace.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often and how long a JVM stood still for its garbage collector, by its own log.
 *
 * @param count   of pauses, in all its life
 * @param totalNs of all of them
 */
record Pauses(int count, double totalNs) {
    /** Makes a JVM write that log, in the folder that it is started in. */
    static final String LOG_OPTION = "-Xlog:gc:file=gc.log";

    private static final String FILE = "gc.log";
    private static final Pattern PAUSE = Pattern.compile("\\bPause .* ([0-9.]+)ms$");
    private static final double MS_NS = 1e6;

    /** Of all of them; {@link Double#NaN} of what is no Java program. */
    static double totalNs(Pauses pauses) {
        return pauses == null ? Double.NaN : pauses.totalNs;
    }

    /** Of the log in a folder; null if there is none: it was no JVM. */
    static Pauses read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return null;
        }
        int count = 0;
        double totalNs = 0;
        for (String line : Files.readAllLines(file)) {
            Matcher pause = PAUSE.matcher(line);
            if (pause.find()) {
                count++;
                totalNs += Double.parseDouble(pause.group(1)) * MS_NS;
            }
        }
        return new Pauses(count, totalNs);
    }
}
