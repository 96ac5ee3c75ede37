package io.millrace.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.UnionLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the generated layouts and constants with what the C compiler of this host makes of its headers. Headers that
 * are older than those the bindings come from lack members of structures; what both know has to agree.
 */
class AbiLayoutTest {

    private static final Pattern STRUCT = Pattern.compile("struct (\\w+)");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("io.millrace.bindings.Generated#packages")
    void shouldLayStructuresOutAsTheCompilerDoes(String name) throws Exception {
        Map<String, Long> expected = new TreeMap<>();
        Map<String, GroupLayout> structures = Generated.structures(name);
        structures.forEach((struct, layout) -> {
            expected.put("sizeof(struct " + struct + ")", layout.byteSize());
            expectMembers(expected, "struct " + struct, "", layout, 0);
        });

        Map<String, Long> actual = ask(name, expected.keySet());

        assertTrue(actual.size() * 2 > expected.size(), () -> "hardly anything to compare: " + actual.keySet());
        Set<String> grown = new TreeSet<>();
        expected.keySet().stream()
                .filter(expression -> !actual.containsKey(expression))
                .forEach(expression -> grown.add(structIn(expression)));
        if (!grown.isEmpty()) {
            System.out.println(name + ": this host's headers lack members of " + grown);
        }
        actual.forEach((expression, value) -> {
            if (!expression.startsWith("sizeof(struct ") || !grown.contains(structIn(expression))) {
                assertEquals(value, expected.get(expression), expression);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("io.millrace.bindings.Generated#packages")
    void shouldHaveTheConstantsOfTheHeaders(String name) throws Exception {
        Map<String, Number> constants = Generated.constants(name);
        constants.keySet().removeIf(constant -> constant.endsWith("_LAST")); // one more with each release

        Map<String, Long> actual = ask(name, constants.keySet());

        assertTrue(actual.size() * 2 > constants.size(), () -> "hardly anything to compare: " + actual.keySet());
        actual.forEach((constant, value) -> {
            Number bound = constants.get(constant);
            long narrowed = bound instanceof Integer ? value.intValue() : value;
            assertEquals(narrowed, bound.longValue(), constant);
        });
    }

    @Test
    void shouldLeaveOutWhatTheHeadersDoNotKnow() throws Exception {
        Map<String, Long> actual = ask(
                "xdp",
                Set.of(
                        "sizeof(struct xdp_desc)",
                        "__builtin_offsetof(struct xdp_desc, len)",
                        "__builtin_offsetof(struct xdp_desc, none)",
                        "XDP_NONE",
                        "sizeof(struct xdp_none)"));

        assertEquals(Map.of("sizeof(struct xdp_desc)", 16L, "__builtin_offsetof(struct xdp_desc, len)", 8L), actual);
    }

    private Map<String, Long> ask(String name, Set<String> expressions) throws Exception {
        try {
            return new CProbe(folder, Generated.JEXTRACT_INPUT.resolve(name + ".h")).evaluate(List.copyOf(expressions));
        } catch (CProbe.Unavailable e) {
            return abort(e.getMessage());
        }
    }

    /** Padding shrinks from release to release as members take its place; what comes behind it shows that it fits. */
    private static boolean isRoomToGrow(String member) {
        return member.startsWith("pad") || member.startsWith("__pad") || member.startsWith("resv");
    }

    /** Members of anonymous structures and unions are members of what they are in. */
    private static void expectMembers(
            Map<String, Long> expected, String type, String prefix, GroupLayout group, long groupOffset) {
        long offset = groupOffset;
        for (MemoryLayout member : group.memberLayouts()) {
            String name = member.name().orElse("");
            boolean anonymous = name.isEmpty() || name.startsWith("$anon$");
            if (!anonymous && !isRoomToGrow(name)) {
                expected.put("__builtin_offsetof(" + type + ", " + prefix + name + ")", offset);
                if (member.byteSize() > 0) {
                    expected.put("sizeof(((" + type + " *)0)->" + prefix + name + ")", member.byteSize());
                }
            }
            if (member instanceof GroupLayout nested) {
                expectMembers(expected, type, anonymous ? prefix : prefix + name + ".", nested, offset);
            }
            if (group instanceof StructLayout) {
                offset += member.byteSize();
            }
        }
        assertTrue(group instanceof UnionLayout || offset - groupOffset == group.byteSize(), type);
    }

    private static String structIn(String expression) {
        Matcher struct = STRUCT.matcher(expression);
        assertTrue(struct.find(), expression);
        return struct.group(1);
    }
}
