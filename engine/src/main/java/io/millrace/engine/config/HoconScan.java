package io.millrace.engine.config;

import com.typesafe.config.ConfigUtil;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Walks the text of a config, and finds what parsed values no longer tell: where the includes stand, and where HOCON
 * makes less of the text than was written. Typesafe config keeps the nodes of a document to itself, hence a walk of our
 * own. It leaves errors of syntax to the parser.
 */
final class HoconScan {
    /** @param target what the include names, in its quotes */
    record Include(String target, int line) {
    }

    /** @param root the first element of the path that it is at */
    record Loss(String root, int line, String problem) {
    }

    /** What a value consists of; HOCON joins the parts. */
    private static final class Value {
        private int blocks;
        private int lists;
        private int texts;
    }

    private final String text;
    private final List<Include> includes = new ArrayList<>();
    private final List<Loss> losses = new ArrayList<>();
    private final Set<String> roots = new HashSet<>(Set.of(Section.ROOT.blockName()));
    private int at;
    private int line = 1;
    private int items;

    private HoconScan(String text) {
        this.text = text;
    }

    static HoconScan of(String text) {
        HoconScan scan = new HoconScan(text);
        scan.skipBlank(true);
        if (scan.peek() == '{') {
            scan.at++;
        }
        scan.block(List.of());
        return scan;
    }

    List<Include> includes() {
        return includes;
    }

    /** Where an include stands; 0 if there is none of that name. */
    int lineOfInclude(String target) {
        return includes.stream().filter(include -> include.target().equals(target)).mapToInt(Include::line)
            .findFirst().orElse(0);
    }

    /** What is lost of {@code millrace}, and of blocks beside it that the file refers to. */
    List<Loss> losses() {
        return losses.stream().filter(loss -> roots.contains(loss.root())).toList();
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
            } else if (!include()) {
                field(path);
            }
        }
    }

    private boolean include() {
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
        while (end < text.length() && (Character.isLetter(text.charAt(end)) || text.charAt(end) == '('
            || isBlank(text.charAt(end)))) {
            end++;
        }
        if (end == text.length() || text.charAt(end) != '"' || text.charAt(at) != '"' && text.indexOf('(', at) > end) {
            at = start;
            return false;
        }
        at = end;
        int written = line;
        includes.add(new Include(quoted(), written));
        skipBlank(false);
        while (peek() == ')') {
            at++;
            skipBlank(false);
        }
        return true;
    }

    private void field(List<String> block) {
        int start = at;
        while (at < text.length() && "=:{\n".indexOf(peek()) < 0 && !text.startsWith("+=", at)) {
            if (peek() == '"') {
                quoted();
            } else {
                at++;
            }
        }
        List<String> path = join(block, text.substring(start, Math.min(at, text.length())).strip());
        boolean appends = peek() == '+';
        if (appends) {
            at++;
        }
        skipBlank(true);
        if (peek() == '=' || peek() == ':') {
            at++;
            skipBlank(true);
        }
        if (at >= text.length() || path == null) {
            skipToEnd();
            return;
        }
        value(appends ? item(path) : path);
    }

    private static List<String> join(List<String> block, String key) {
        try {
            List<String> path = new ArrayList<>(block);
            path.addAll(ConfigUtil.splitPath(key));
            return path;
        } catch (com.typesafe.config.ConfigException e) {
            return null; // Not for a walk to judge: the parser has taken it.
        }
    }

    /** As problems name keys: inside {@code millrace}, without the places of list items. */
    private static String name(List<String> path) {
        List<String> keys = path.stream().filter(part -> !part.startsWith("[")).toList();
        boolean isInside = keys.size() > 1 && keys.getFirst().equals(Section.ROOT.blockName());
        return ValueText.plain(ConfigUtil.joinPath(isInside ? keys.subList(1, keys.size()) : keys));
    }

    private void lose(List<String> path, int where, String problem) {
        losses.add(new Loss(path.getFirst(), where, problem));
    }

    /** Up to the comma, line or bracket that ends it. */
    private void value(List<String> path) {
        Value value = new Value();
        while (true) {
            skipBlank(false);
            int written = line;
            switch (peek()) {
                case 0, ',', '\n', '}', ']' -> {
                    return;
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
                case '$' -> {
                    substitution();
                }
                default -> at++;
            }
        }
    }

    /** In a list, neighbours were most likely meant as items; elsewhere joining is a usual way to write. */
    private void joined(List<String> path, int count, String what, int written) {
        if (count > 1 && isItem(path)) {
            lose(path, written, "two " + what + " in the list " + name(path) + " without a comma between them, which"
                + " makes one of both; put a comma or a new line before this one");
        }
    }

    private void list(List<String> path) {
        while (true) {
            skipBlank(true);
            char c = peek();
            if (c == 0 || c == ']') {
                at++;
                return;
            }
            if (c == ',' || c == '}') {
                at++;
            } else {
                value(item(path));
            }
        }
    }

    private List<String> item(List<String> path) {
        List<String> item = new ArrayList<>(path);
        item.add("[" + items++);
        return item;
    }

    private static boolean isItem(List<String> path) {
        return path.getLast().startsWith("[");
    }

    private void substitution() {
        int end = text.indexOf('}', at);
        String name = text.substring(at, end < 0 ? text.length() : end).replaceFirst("^\\$\\{\\??", "").strip();
        List<String> path = join(List.of(), name);
        if (path != null && !path.isEmpty()) {
            roots.add(path.getFirst());
        }
        at = end < 0 ? text.length() : end + 1;
    }

    /** What is between the quotes, as it is written. */
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
