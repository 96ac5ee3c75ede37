package io.millrace.core.config;

import com.typesafe.config.ConfigUtil;
import io.millrace.spi.config.ValueText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Walks the text of a config and finds what the parsed values no longer tell: where the includes are, and where HOCON
 * drops part of what was written. Typesafe config does not publish the nodes of a document, which is why this class
 * walks the text itself. It leaves syntax errors to the parser.
 */
final class HoconScan {
    /**
     * @param target what the include names
     * @param block  the path of the block that it is in
     */
    record Include(String target, List<String> block, int line) {}

    /** A value of which HOCON drops part of what was written, at that path. */
    record Loss(List<String> path, int line, String problem) {
        static String setTwice(String key, int line, int earlier) {
            return key + " is set twice" + (line == earlier ? " in this line" : ", here and in line " + earlier)
                    + "; keep one of them";
        }
    }

    /**
     * A list that is empty, or is empty when what its substitutions name is not set.
     *
     * @param isWrittenSo whether the text itself has no items
     */
    record BareList(List<String> path, int firstLine, int lastLine, boolean isWrittenSo) {
        /** @param other a path whose list items are {@link #ITEM} each */
        boolean isAt(List<String> other) {
            return path.stream()
                    .map(part -> part.startsWith(ITEM) ? ITEM : part)
                    .toList()
                    .equals(other);
        }
    }

    /** The beginning of a path element that stands for an item of a list; what follows tells the items apart. */
    static final String ITEM = "[";

    /** The parts of a value, which HOCON joins. */
    private static final class Value {
        private int blocks;
        private int lists;
        private int texts;
        private boolean hasWords;
        private boolean hasOptional;
        private boolean hasRequired;
        private boolean addsToEarlier;

        /** Returns whether the value is a block and nothing else, so that HOCON merges it with an earlier block. */
        boolean mayBeBlock() {
            return lists == 0 && texts == 0 && !hasWords;
        }

        /** Returns whether an earlier value of the same key still counts beside this one, or can. */
        boolean keeps(Value earlier) {
            return addsToEarlier || standsBack() || mayBeBlock() && earlier.mayBeBlock();
        }

        /** Returns whether nothing is left of the value when what its substitutions name is not set. */
        boolean standsBack() {
            return hasOptional && !hasRequired && blocks == 0 && mayBeBlock();
        }
    }

    private record Setting(int line, Value value) {}

    private record Reference(List<String> path, int at) {}

    private final String text;
    private final List<String> place;
    private final List<Include> includes = new ArrayList<>();
    private final List<Loss> losses = new ArrayList<>();
    private final List<Reference> references = new ArrayList<>();
    private final Map<List<String>, Setting> settings = new HashMap<>();
    private final List<BareList> bareLists = new ArrayList<>();
    private int at;
    private int line = 1;
    private int items;

    private HoconScan(String text, List<String> place) {
        this.text = text;
        this.place = place;
    }

    /** @param place the path of the block that the text is included in */
    static HoconScan of(String text, List<String> place) {
        HoconScan scan = new HoconScan(text, place);
        scan.skipBlank(true);
        if (scan.peek() == '{') {
            scan.at++;
        }
        scan.block(place);
        return scan;
    }

    List<Include> includes() {
        return includes;
    }

    List<Loss> losses() {
        return losses;
    }

    /** The paths that substitutions name. In an included text, HOCON looks for them below the including block, too. */
    Stream<List<String>> referred() {
        return references.stream().map(Reference::path).flatMap(path -> Stream.of(path, join(place, path)));
    }

    List<BareList> bareLists() {
        return bareLists;
    }

    private void block(List<String> path) {
        while (true) {
            skipBlank(true);
            char c = peek();
            if (c == 0 || c == '}') {
                at++;
                return;
            }
            if (c == ',' || c == ']') {
                at++;
            } else if (!include(path)) {
                field(path);
            }
        }
    }

    private boolean include(List<String> block) {
        int start = at;
        if (!text.startsWith("include", at) || at + 7 >= text.length() || !isBlank(text.charAt(at + 7))) {
            return false;
        }
        at += 7;
        skipBlank(false);
        if (peek() != '"' && !Character.isLetter(peek())) {
            at = start;
            return false;
        }
        int end = at;
        while (end < text.length()
                && (Character.isLetter(text.charAt(end)) || text.charAt(end) == '(' || isBlank(text.charAt(end)))) {
            end++;
        }
        if (end == text.length() || text.charAt(end) != '"' || text.charAt(at) != '"' && text.indexOf('(', at) > end) {
            at = start;
            return false;
        }
        at = end;
        int written = line;
        String asWritten = quoted();
        List<String> target = path(text.substring(end, Math.min(at, text.length()))); // resolves the escapes
        includes.add(new Include(target == null ? asWritten : String.join(".", target), block, written));
        skipBlank(false);
        while (peek() == ')') {
            at++;
            skipBlank(false);
        }
        return true;
    }

    private void field(List<String> block) {
        int written = line;
        int start = at;
        while (at < text.length() && "=:{\n".indexOf(peek()) < 0 && !text.startsWith("+=", at)) {
            if (peek() == '"') {
                quoted();
            } else {
                at++;
            }
        }
        List<String> key =
                path(text.substring(start, Math.min(at, text.length())).strip());
        boolean appends = peek() == '+';
        if (appends) {
            at++;
        }
        skipBlank(true);
        if (peek() == '=' || peek() == ':') {
            at++;
            skipBlank(true);
        }
        if (at >= text.length() || key == null) {
            skipToEnd();
            return;
        }
        List<String> path = join(block, key);
        int valueStart = at;
        Value value = value(appends ? item(path) : path);
        if (appends && value.standsBack()) {
            bareLists.add(new BareList(path, written, line, false));
        }
        value.addsToEarlier |= appends || refersTo(path, valueStart);
        for (int length = block.size() + 1; length < path.size(); length++) {
            note(path.subList(0, length), new Setting(written, new Value())); // a.b = 1 sets the block a, too
        }
        note(path, new Setting(written, value));
    }

    /** Returns whether a later substitution names that path. */
    private boolean refersTo(List<String> path, int since) {
        return references.stream()
                .filter(reference -> reference.at() >= since)
                .anyMatch(reference -> reference.path().equals(path)
                        || join(place, reference.path()).equals(path));
    }

    static List<String> join(List<String> block, List<String> key) {
        List<String> path = new ArrayList<>(block);
        path.addAll(key);
        return path;
    }

    /** Returns null if the text is not a path. */
    private static List<String> path(String text) {
        try {
            return ConfigUtil.splitPath(text);
        } catch (com.typesafe.config.ConfigException e) {
            return null; // This scan leaves the judgement to the parser, which has accepted it.
        }
    }

    /**
     * Settings inside list items have no path in HOCON; each item gets a place of its own here, so that they are not
     * confused.
     */
    private void note(List<String> path, Setting setting) {
        Setting earlier = settings.put(path, setting);
        if (earlier == null) {
            return;
        }
        if (!setting.value().keeps(earlier.value())) {
            lose(path, setting.line(), Loss.setTwice(name(path), setting.line(), earlier.line()));
        }
        setting.value().hasWords |= !earlier.value().mayBeBlock();
    }

    /** The path as messages name keys: inside {@code millrace}, without the places of list items. */
    static String name(List<String> path) {
        List<String> keys = path.stream().filter(part -> !part.startsWith(ITEM)).toList();
        boolean isInside = keys.size() > 1 && keys.getFirst().equals(RootNames.MILLRACE);
        return ValueText.plain(ConfigUtil.joinPath(isInside ? keys.subList(1, keys.size()) : keys));
    }

    private void lose(List<String> path, int where, String problem) {
        losses.add(new Loss(path, where, problem));
    }

    /** Reads a value up to the comma, the line end or the bracket that ends it. */
    private Value value(List<String> path) {
        Value value = new Value();
        while (true) {
            skipBlank(false);
            int written = line;
            switch (peek()) {
                case 0, ',', '\n', '}', ']' -> {
                    return value;
                }
                case '{' -> {
                    at++;
                    value.blocks++;
                    joined(path, value.blocks, "blocks", written);
                    block(isItem(path) ? item(path) : path);
                }
                case '[' -> {
                    at++;
                    value.lists++;
                    joined(path, value.lists, "lists", written);
                    list(path);
                }
                case '"' -> {
                    quoted();
                    value.texts++;
                    joined(path, value.texts, "texts", written);
                }
                case '$' -> substitution(value);
                default -> {
                    at++;
                    value.hasWords = true;
                }
            }
        }
    }

    /** Joined values in a list were most likely meant as separate items; elsewhere joining is common. */
    private void joined(List<String> path, int count, String what, int written) {
        if (count > 1 && isItem(path)) {
            lose(
                    path,
                    written,
                    "two " + what + " in the list " + name(path) + " without a comma between them, which"
                            + " makes one of both; put a comma or a new line before this one");
        }
    }

    private void list(List<String> path) {
        int opened = line;
        boolean isEmpty = true;
        boolean isBare = true;
        while (true) {
            skipBlank(true);
            char c = peek();
            if (c == 0 || c == ']') {
                at++;
                if (isBare) {
                    bareLists.add(new BareList(path, opened, line, isEmpty));
                }
                return;
            }
            if (c == ',' || c == '}') {
                at++;
            } else {
                isEmpty = false;
                isBare &= value(item(path)).standsBack();
            }
        }
    }

    private List<String> item(List<String> path) {
        List<String> item = new ArrayList<>(path);
        item.add(ITEM + items++);
        return item;
    }

    private static boolean isItem(List<String> path) {
        return path.getLast().startsWith(ITEM);
    }

    private void substitution(Value value) {
        int end = text.indexOf('}', at);
        String name = text.substring(at, end < 0 ? text.length() : end);
        boolean isOptional = name.startsWith("${?");
        List<String> path = path(name.replaceFirst("^\\$\\{\\??", "").strip());
        if (path != null && !path.isEmpty()) {
            references.add(new Reference(path, at));
        }
        value.hasOptional |= isOptional;
        value.hasRequired |= !isOptional;
        at = end < 0 ? text.length() : end + 1;
    }

    /** Returns what is between the quotes, as it is written. */
    private String quoted() {
        int start;
        int end;
        if (text.startsWith("\"\"\"", at)) {
            start = at + 3;
            end = text.indexOf("\"\"\"", start);
            end = end < 0 ? text.length() : end;
            at = end + 3;
            while (peek() == '"') {
                at++;
            }
        } else {
            start = at + 1;
            end = start;
            while (end < text.length() && text.charAt(end) != '"') {
                end += text.charAt(end) == '\\' ? 2 : 1;
            }
            end = Math.min(end, text.length());
            at = end + 1;
        }
        line += (int) text.substring(start, end).chars().filter(c -> c == '\n').count();
        return text.substring(start, end);
    }

    private void skipBlank(boolean lines) {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#' || text.startsWith("//", at)) {
                skipToEnd();
            } else if (c == '\n' && lines) {
                line++;
                at++;
            } else if (c != '\n' && isBlank(c)) {
                at++;
            } else {
                return;
            }
        }
    }

    private void skipToEnd() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\ufeff';
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }
}
