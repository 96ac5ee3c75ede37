package io.millrace.cli.report;

import java.util.Locale;
import java.util.Map;

/**
 * Writes a tree of maps, lists, strings, numbers and booleans as JSON on one line, in the tree's order. Typesafe Config
 * could write it, too, but first makes a sorted tree that knows the origin of each value. That is some three times the
 * work, each second, on what may be the poller's CPU.
 */
final class JsonLine {
    private static final String ESCAPE = "\\u%04x";

    private final StringBuilder text = new StringBuilder();

    private JsonLine() {}

    static String of(Map<String, ?> tree) {
        JsonLine line = new JsonLine();
        line.map(tree);
        return line.text.toString();
    }

    private void value(Object value) {
        switch (value) {
            case null -> text.append("null");
            case Map<?, ?> map -> map(map);
            case Iterable<?> list -> list(list);
            case Number number -> text.append(number);
            case Boolean flag -> text.append(flag);
            default -> string(value.toString());
        }
    }

    private void map(Map<?, ?> map) {
        text.append('{');
        String separator = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            text.append(separator);
            string(entry.getKey().toString());
            text.append(':');
            value(entry.getValue());
            separator = ",";
        }
        text.append('}');
    }

    private void list(Iterable<?> list) {
        text.append('[');
        String separator = "";
        for (Object one : list) {
            text.append(separator);
            value(one);
            separator = ",";
        }
        text.append(']');
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ') {
                text.append(String.format(Locale.ROOT, ESCAPE, (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
