package io.millrace.harness.bench.results;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/**
 * The results of one suite.
 *
 * @param suite  its name
 * @param title  what was asked of everyone, in a line
 * @param table  the figures as text
 * @param charts the figures to look at
 * @param ratios the figures that count
 * @param notes  what else is to be known, a line each
 * @param rounds all that was measured, for tools
 */
public record Section(String suite, String title, Table table, List<Chart> charts, List<Ratio> ratios,
                      List<String> notes, List<Map<String, Object>> rounds) {
    /** Prints all but what is for tools. */
    public void print(PrintWriter out) {
        table.print(out);
        notes.forEach(note -> out.println("  " + note));
        out.flush();
    }
}
