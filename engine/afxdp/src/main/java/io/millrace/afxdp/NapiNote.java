package io.millrace.afxdp;

import java.util.HashMap;
import java.util.Map;

/**
 * The journal's entry of one interface: enough to put its values back, and to know when that no longer makes sense.
 *
 * @param boot      the boot that the note was written in; the values do not outlive it
 * @param namespace {@code SO_NETNS_COOKIE} of the network namespace, which is unique until the next boot, whereas
 *                  inodes of namespaces are used again
 * @param index     the kernel's number of the interface
 * @param name      the interface's name, for people
 * @param before    the interface's values before any engine changed them
 */
record NapiNote(String boot, long namespace, int index, String name, NapiValues before) {
    private static final String FIRST_LINE = "millrace napi 1";

    /** The name of the note's file. */
    String fileName() {
        return NapiJournal.PREFIX + namespace + "-" + index;
    }

    String text() {
        return FIRST_LINE + "\nboot " + boot + "\nnamespace " + namespace + "\nindex " + index + "\nname " + name
                + "\ndefer-hard-irqs " + before.deferHardIrqs() + "\ngro-flush-timeout-ns " + before.groFlushTimeoutNs()
                + "\n";
    }

    /** @throws IllegalArgumentException if the text is not a note, or only part of one */
    static NapiNote parse(String text) {
        String[] lines = text.split("\n");
        if (!lines[0].equals(FIRST_LINE)) {
            throw new IllegalArgumentException("its first line is not '" + FIRST_LINE + "'");
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int space = lines[i].indexOf(' ');
            if (space > 0) {
                values.put(lines[i].substring(0, space), lines[i].substring(space + 1));
            }
        }
        return new NapiNote(
                value(values, "boot"),
                number(values, "namespace"),
                (int) number(values, "index"),
                value(values, "name"),
                new NapiValues(number(values, "defer-hard-irqs"), number(values, "gro-flush-timeout-ns")));
    }

    private static long number(Map<String, String> values, String key) {
        return Long.parseLong(value(values, key));
    }

    private static String value(Map<String, String> values, String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("it has no '" + key + "'");
        }
        return value;
    }
}
