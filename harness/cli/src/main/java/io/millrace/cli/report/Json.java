package io.millrace.cli.report;

import java.util.Collection;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Writes a tree of maps, lists, strings, numbers and booleans as JSON. Maps keep their order if they have one, and are
 * sorted by key otherwise. Typesafe Config could write it, too, but first makes a tree that knows the origin of each
 * value. That is some three times the work, each second, on what may be the poller's CPU.
 */
public final class Json {
    private static final String ESCAPE = "\\u%04x";
    private static final String INDENT = "    ";

    private final StringBuilder text = new StringBuilder();
    private final boolean onOneLine;
    private int depth;

    private Json(boolean onOneLine) {
        this.onOneLine = onOneLine;
    }

    /** On one line, without its end. */
    public static String line(Map<String, ?> tree) {
        return of(tree, true);
    }

    /** For people to read: a key a line. */
    public static String text(Map<String, ?> tree) {
        return of(tree, false) + "\n";
    }

    private static String of(Map<String, ?> tree, boolean onOneLine) {
        Json json = new Json(onOneLine);
        json.map(tree);
        return json.text.toString();
    }

    private void value(Object value) {
        switch (value) {
            case null -> text.append("null");
            case Map<?, ?> map -> map(map);
            case Collection<?> list -> list(list);
            case Number number -> text.append(number);
            case Boolean flag -> text.append(flag);
            default -> string(value.toString());
        }
    }

    private void map(Map<?, ?> map) {
        Iterator<? extends Map.Entry<?, ?>> entries = (map instanceof SequencedMap ? map : new TreeMap<>(map))
                .entrySet()
                .iterator();
        text.append('{');
        depth++;
        while (entries.hasNext()) {
            Map.Entry<?, ?> entry = entries.next();
            breakLine(true);
            string(entry.getKey().toString());
            text.append(onOneLine ? ":" : ": ");
            value(entry.getValue());
            text.append(entries.hasNext() ? "," : "");
        }
        depth--;
        breakLine(!map.isEmpty());
        text.append('}');
    }

    /** Numbers and words stand side by side. */
    private void list(Collection<?> list) {
        boolean isBroken = list.stream().anyMatch(one -> one instanceof Map || one instanceof Collection);
        String separator = "";
        text.append('[');
        depth++;
        for (Object one : list) {
            text.append(separator);
            breakLine(isBroken);
            value(one);
            separator = onOneLine || isBroken ? "," : ", ";
        }
        depth--;
        breakLine(isBroken);
        text.append(']');
    }

    private void breakLine(boolean isWanted) {
        if (isWanted && !onOneLine) {
            text.append('\n').append(INDENT.repeat(depth));
        }
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
