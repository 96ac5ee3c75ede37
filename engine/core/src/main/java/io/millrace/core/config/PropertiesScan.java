package io.millrace.core.config;

import io.millrace.SourceLine;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Walks the text of a {@code .properties} file to find keys that are set twice, of which {@link Properties} keeps the
 * last value only.
 */
final class PropertiesScan {
    private final WrittenConfig written;
    private final String file;
    private final List<String> place;
    private final Map<List<String>, Integer> lines = new HashMap<>();
    private final Map<List<String>, Integer> blocks = new HashMap<>();

    /** @param place the path of the block that the file is included in */
    PropertiesScan(WrittenConfig written, String file, List<String> place) {
        this.written = written;
        this.file = file;
        this.place = place;
    }

    void scan(String text) {
        List<String> rows = text.lines().toList();
        for (int row = 0; row < rows.size(); row++) {
            int first = row;
            StringBuilder setting = new StringBuilder(rows.get(row).stripLeading());
            boolean isComment =
                    setting.toString().startsWith("#") || setting.toString().startsWith("!");
            while (!isComment && goesOn(rows.get(row)) && row + 1 < rows.size()) {
                row++;
                setting.append('\n').append(rows.get(row));
            }
            key(setting.toString(), first + 1);
        }
    }

    /** Returns whether the text ends in an escaped backslash. */
    private static boolean goesOn(String row) {
        int slashes = row.length();
        while (slashes > 0 && row.charAt(slashes - 1) == '\\') {
            slashes--;
        }
        return (row.length() - slashes) % 2 == 1;
    }

    private void key(String setting, int line) {
        Properties one = new Properties();
        try {
            one.load(new StringReader(setting));
        } catch (IOException | IllegalArgumentException e) {
            return; // The parser reads the file, too, and reports the error.
        }
        one.stringPropertyNames().forEach(key -> note(List.of(key.split("\\.", -1)), line));
    }

    private void note(List<String> key, int line) {
        Integer earlier = lines.put(key, line);
        Integer asBlock = blocks.get(key);
        if (earlier != null || asBlock != null) {
            lose(key, line, earlier != null ? earlier : asBlock);
        }
        for (int length = 1; length < key.size(); length++) {
            List<String> above = key.subList(0, length);
            blocks.putIfAbsent(above, line);
            if (lines.containsKey(above)) {
                lose(above, line, lines.get(above));
            }
        }
    }

    private void lose(List<String> key, int line, int earlier) {
        List<String> path = new ArrayList<>(place);
        path.addAll(key);
        written.lose(path, new SourceLine(file, line), HoconScan.Loss.setTwice(HoconScan.name(path), line, earlier));
    }
}
