package io.millrace.bindings;

import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The generated packages, looked at from outside: their sources, structures, constants and functions. */
final class Generated {

    static final Path JEXTRACT_INPUT = Path.of("src/main/jextract");
    static final Path SOURCES = Path.of("src/main/generated");

    private Generated() {}

    static Stream<String> packages() {
        return Stream.of("libc", "xdp", "bpf", "uring");
    }

    static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    static Class<?> header(String name) throws ClassNotFoundException {
        return Class.forName("io.millrace.bindings." + name + "." + name + "_h");
    }

    /** The symbols of one kind ("struct", "function"…) in a package's list. */
    static List<String> listed(String name, String kind) throws IOException {
        String option = "--include-" + kind + " ";
        return Files.readAllLines(JEXTRACT_INPUT.resolve(name + ".symbols")).stream()
                .filter(line -> line.startsWith(option))
                .map(line -> line.substring(option.length()))
                .toList();
    }

    static Map<String, GroupLayout> structures(String name) throws Exception {
        Map<String, GroupLayout> layouts = new TreeMap<>();
        for (String struct : listed(name, "struct")) {
            Class<?> type = Class.forName("io.millrace.bindings." + name + "." + struct);
            layouts.put(struct, (GroupLayout) type.getMethod("layout").invoke(null));
        }
        return layouts;
    }

    /** The integer constants, widened as Java widens their type. */
    static Map<String, Number> constants(String name) throws Exception {
        Map<String, Number> values = new TreeMap<>();
        for (String constant : listed(name, "constant")) {
            values.put(constant, (Number) header(name).getMethod(constant).invoke(null));
        }
        return values;
    }

    /** The address that a function was found at; throws if its library lacks it. */
    static Object functionAddress(String name, String function) throws Exception {
        Class<?> header = header(name);
        for (Class<?> variadic : header.getDeclaredClasses()) {
            if (variadic.getSimpleName().equals(function) && Modifier.isPublic(variadic.getModifiers())) {
                return variadic.getMethod("address").invoke(null);
            }
        }
        Method address = header.getMethod(function + "$address");
        return address.invoke(null);
    }
}
