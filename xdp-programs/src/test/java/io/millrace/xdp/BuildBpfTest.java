package io.millrace.xdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that compiles BPF C. */
class BuildBpfTest {

    private static final String REMEDY = "apt-get install clang libbpf-dev (Debian, Ubuntu) or dnf install clang"
            + " libbpf-devel kernel-headers (Fedora)";
    private static final String PROGRAM = "#include <linux/bpf.h>\n#include \"answer.h\"\nint answer = ANSWER;\n";

    @TempDir
    private Path folder;

    private record Result(int status, List<String> lines) {}

    private Result build(Map<String, String> environment, Path... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Stream.concat(Stream.of("./build-bpf"), Stream.of(arguments).map(Path::toString))
                        .toList());
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        List<String> lines = process.inputReader().readAllLines();
        return new Result(process.waitFor(), lines);
    }

    private Path sources() throws IOException {
        Path sources = folder.resolve("src");
        Files.createDirectories(sources.resolve("include"));
        Files.writeString(sources.resolve("a.bpf.c"), PROGRAM);
        Files.writeString(sources.resolve("include/answer.h"), "#define ANSWER 42\n");
        return sources;
    }

    private static void age(Path file, long seconds) throws IOException {
        Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis() - seconds * 1000));
    }

    @Test
    void shouldCompileOnlyWhatIsOlderThanItsSources() throws Exception {
        Path sources = sources();
        Path output = folder.resolve("out/bpf");
        Path object = output.resolve("a.bpf.o");

        assertEquals(new Result(0, List.of()), build(Map.of(), sources, output));
        age(sources.resolve("a.bpf.c"), 100);
        age(sources.resolve("include/answer.h"), 100);
        FileTime compiled = Files.getLastModifiedTime(object);
        assertEquals(new Result(0, List.of()), build(Map.of(), sources, output));
        assertEquals(compiled, Files.getLastModifiedTime(object));

        age(object, 50);
        FileTime aged = Files.getLastModifiedTime(object);
        age(sources.resolve("include/answer.h"), 10);
        assertEquals(new Result(0, List.of()), build(Map.of(), sources, output));
        assertNotEquals(aged, Files.getLastModifiedTime(object));
    }

    @Test
    void shouldNotNameTheFolderItWasBuiltIn() throws Exception {
        build(Map.of(), sources(), folder.resolve("out"));

        byte[] object = Files.readAllBytes(folder.resolve("out/a.bpf.o"));
        assertEquals(-1, new String(object, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(folder.toString()));
    }

    @Test
    void shouldNameThePackagesWhenClangIsMissing() throws Exception {
        assertEquals(
                new Result(1, List.of("build-bpf: no-such-clang is missing; " + REMEDY)),
                build(Map.of("CLANG", "no-such-clang"), sources(), folder.resolve("out")));
    }

    @Test
    void shouldNameThePackagesWhenHeadersAreMissing() throws Exception {
        Path clang = folder.resolve("clang-without-headers");
        Files.writeString(clang, "#!/bin/sh\nexit 1\n");
        clang.toFile().setExecutable(true);

        assertEquals(
                new Result(1, List.of("build-bpf: bpf/bpf_helpers.h or the kernel's headers are missing; " + REMEDY)),
                build(Map.of("CLANG", clang.toString()), sources(), folder.resolve("out")));
    }

    @Test
    void shouldFailAndLeaveNoObjectWhenSourceIsWrong() throws Exception {
        Path sources = sources();
        Files.writeString(sources.resolve("a.bpf.c"), "int unused(int x) { return y; }\n");
        Result result = build(Map.of(), sources, folder.resolve("out"));

        assertEquals(1, result.status());
        assertEquals(
                "build-bpf: a.bpf.c does not compile; see clang's messages above",
                result.lines().getLast());
        assertTrue(Files.notExists(folder.resolve("out/a.bpf.o")));
    }

    @Test
    void shouldSayHowItIsUsed() throws Exception {
        assertEquals(
                new Result(1, List.of("build-bpf: wrong usage; type: build-bpf SOURCE_DIR OUTPUT_DIR")),
                build(Map.of()));
        assertEquals(1, build(Map.of(), folder.resolve("absent"), folder).status());
        assertEquals(1, build(Map.of(), folder, folder).status());
    }
}
