package io.millrace.lab.net;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A table of {@code /proc/net/snmp} or {@code netstat}: a line of names, and one of values.
 *
 * @param file it is from, for messages
 */
record CounterTable(Path file, List<String> names, List<String> values) {
    /**
     * Finds a table among a file's lines.
     *
     * @param head the word that both of its lines begin with, and a colon
     * @throws IllegalStateException if there are not two such lines
     */
    static CounterTable of(Path file, List<String> lines, String head) {
        List<List<String>> table = lines.stream()
                .filter(line -> line.startsWith(head + ":"))
                .map(line -> Arrays.asList(line.split(" ")))
                .toList();
        if (table.size() != 2) {
            throw new IllegalStateException(
                    file + " has " + table.size() + " lines of " + head + ", not a head and its values");
        }
        return new CounterTable(file, table.getFirst(), table.getLast());
    }

    /** @throws IllegalStateException if the kernel does not count this */
    long value(String name) {
        int column = names.indexOf(name);
        if (column < 0) {
            throw new IllegalStateException(file + " does not count " + name);
        }
        return Long.parseLong(values.get(column));
    }
}
