package io.millrace.lab.bench.results;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Text in rows and columns.
 *
 * @param header of as many cells as each row has
 */
public record Table(List<String> header, List<List<String>> rows) {
    /** Prints it, a line a row, the columns below each other. */
    public void print(PrintWriter out) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(header);
        lines.addAll(rows);
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < line.size(); i++) {
                int column = i;
                int width = lines.stream()
                        .mapToInt(one -> one.get(column).length())
                        .max()
                        .orElse(0);
                text.append("  ")
                        .append(line.get(i))
                        .append(" ".repeat(width - line.get(i).length()));
            }
            out.println(text.toString().stripTrailing());
        }
    }
}
