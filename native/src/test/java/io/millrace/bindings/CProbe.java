package io.millrace.bindings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks the C compiler of this host what integer expressions are worth under a package's entry header. Expressions that
 * its headers do not know, because they are older than the bindings, are left out of the answer.
 */
final class CProbe {

    private static final Pattern ERROR = Pattern.compile("^probe\\.c:(\\d+):\\d+: error: (.*)$", Pattern.MULTILINE);
    private static final Pattern MISSING_HEADER = Pattern.compile("fatal error: (\\S+): No such file or directory");
    private static final Pattern UNKNOWN = Pattern.compile(
            "has no member named|undeclared|incomplete type|undefined type|dereferencing pointer to incomplete");
    private static final int LINES_BEFORE_EXPRESSIONS = 3;

    private final Path folder;

    /** The host's headers do not know an expression, or there is no compiler. */
    static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1L;

        Unavailable(String message) {
            super(message);
        }
    }

    CProbe(Path folder, Path entryHeader) throws IOException {
        this.folder = folder;
        Files.writeString(folder.resolve("entry.h"), Files.readString(entryHeader));
    }

    Map<String, Long> evaluate(List<String> expressions) throws Exception {
        List<String> known = new ArrayList<>(expressions);
        String errors = compile(known);
        if (!errors.isEmpty()) {
            known.removeAll(unknown(known, errors));
            errors = compile(known);
        }
        if (!errors.isEmpty()) {
            throw new AssertionError("the probe does not compile: " + errors);
        }
        String[] values = run(List.of("./probe")).strip().split("\n");
        Map<String, Long> answers = new HashMap<>();
        for (int i = 0; i < known.size(); i++) {
            answers.put(known.get(i), Long.parseLong(values[i]));
        }
        return answers;
    }

    private static Set<String> unknown(List<String> expressions, String errors) throws Unavailable {
        Matcher missing = MISSING_HEADER.matcher(errors);
        if (missing.find()) {
            throw new Unavailable("this host has no " + missing.group(1));
        }
        Set<String> unknown = new TreeSet<>();
        Matcher error = ERROR.matcher(errors);
        while (error.find()) {
            int line = Integer.parseInt(error.group(1)) - LINES_BEFORE_EXPRESSIONS - 1;
            if (UNKNOWN.matcher(error.group(2)).find()) {
                unknown.add(expressions.get(line));
            }
        }
        return unknown;
    }

    /** One expression a line, so that the compiler's complaints lead back to them. */
    private String compile(List<String> expressions) throws Exception {
        StringBuilder source = new StringBuilder("#include \"entry.h\"\n#include <stdio.h>\nlong long values[] = {\n");
        expressions.forEach(
                expression -> source.append("\t(long long)(").append(expression).append("),\n"));
        source.append("};\nint main(void)\n{\n\tfor (unsigned int i = 0; i < sizeof(values) / sizeof(*values); i++)\n"
                + "\t\tprintf(\"%lld\\n\", values[i]);\n}\n");
        Files.writeString(folder.resolve("probe.c"), source);

        List<String> command = new ArrayList<>(List.of("cc", "-fmax-errors=0", "-w", "-o", "probe", "probe.c"));
        String headers = System.getenv("MILLRACE_HEADERS");
        if (headers != null) {
            String machine = System.getProperty("os.arch").replace("amd64", "x86_64") + "-linux-gnu";
            command.addAll(List.of("-I", headers, "-I", headers + "/" + machine));
        }
        Files.deleteIfExists(folder.resolve("probe"));
        String output = run(command);
        return Files.exists(folder.resolve("probe")) ? "" : output;
    }

    private String run(List<String> command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new Unavailable("this host has no C compiler: " + e.getMessage());
        }
        String output = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return output;
    }
}
