package io.millrace.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pauses of a JVM for its garbage collector, from its log.
 *
 * @param count   the number of pauses in its whole life
 * @param totalNs the length of all pauses in nanoseconds
 */
record Pauses(int count, double totalNs) {
    /** Returns the option that makes a JVM write that log in the folder that it is started in. */
    static final String LOG_OPTION = "-Xlog:gc:file=gc.log";

    private static final String FILE = "gc.log";
    private static final Pattern PAUSE = Pattern.compile("\\bPause .* ([0-9.]+)ms$");
    private static final double MS_NS = 1e6;

    /** The length of all pauses; {@link Double#NaN} for a program that is not Java. */
    static double totalNs(Pauses pauses) {
        return pauses == null ? Double.NaN : pauses.totalNs;
    }

    /** Reads the log in a folder; null if there is none, because the program was not a JVM. */
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
