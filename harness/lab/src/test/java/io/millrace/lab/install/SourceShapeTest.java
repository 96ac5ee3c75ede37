package io.millrace.lab.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files, methods and lines of Java are short enough to be read at a glance. Generated code is exempt. */
class SourceShapeTest {
    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
    private static final int FILE_LINES = 400;
    private static final int METHOD_LINES = 60;
    private static final int COLUMNS = 120;

    /**
     * Files that were longer when this test was written, and how long they may be. Remove those that are short enough
     * by now.
     */
    private static final Map<String, Integer> LONG_FILES = Map.ofEntries(
            Map.entry("ConfigProblemsTest.java", 470),
            Map.entry("HoconScan.java", 420),
            Map.entry("Libc.java", 450),
            Map.entry("LinkLossTest.java", 420),
            Map.entry("EngineConfigTest.java", 480),
            Map.entry("MultiBufferTest.java", 470),
            Map.entry("QueueExchangeTest.java", 430),
            Map.entry("StreamDecoderTest.java", 450),
            Map.entry("StreamReader.java", 420),
            Map.entry("TcpStopTest.java", 410),
            Map.entry("TransmitMetadataTest.java", 450),
            Map.entry("TransmitStampTest.java", 490));

    private static final Map<String, Integer> LONG_METHODS = Map.of("StatisticsJson.java port", 68);

    private static List<Path> sources;

    @TempDir
    private Path folder;

    @BeforeAll
    static void find() throws IOException {
        try (Stream<Path> tree = Files.walk(ROOT)) {
            sources = tree.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> Stream.of("/target/", "/src/main/generated/", "/.git/")
                            .noneMatch(part -> path.toString().contains(part)))
                    .toList();
        }
        assertTrue(sources.size() > 700, "the sources are where they are looked for: " + sources.size());
    }

    private static List<String> longFiles(List<Path> files) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            int lines = Files.readAllLines(file).size();
            if (lines > LONG_FILES.getOrDefault(file.getFileName().toString(), FILE_LINES)) {
                found.add(file + ": " + lines + " lines");
            }
        }
        return found;
    }

    private static List<String> longLines(List<Path> files) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                int columns = lines.get(i).codePointCount(0, lines.get(i).length());
                if (columns > COLUMNS) {
                    found.add(file + ":" + (i + 1) + ": " + columns + " columns");
                }
            }
        }
        return found;
    }

    /** Only parses, so that neither types nor a class path are needed. */
    private static List<String> longMethods(List<Path> files) throws IOException {
        List<String> found = new ArrayList<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask)
                    compiler.getTask(null, manager, null, List.of(), null, manager.getJavaFileObjectsFromPaths(files));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new TreeScanner<Void, Void>() {
                    @Override
                    public Void visitMethod(MethodTree method, Void unused) {
                        int lines = lines(unit, method.getBody(), positions);
                        if (lines > LONG_METHODS.getOrDefault(name(unit, method), METHOD_LINES)) {
                            found.add(name(unit, method) + " has " + lines + " lines");
                        }
                        return super.visitMethod(method, unused);
                    }
                }.scan(unit, null);
            }
        }
        return found;
    }

    private static String name(CompilationUnitTree unit, MethodTree method) {
        return Path.of(unit.getSourceFile().getName()).getFileName() + " " + method.getName();
    }

    /** The lines of a method's body, or 0 if it has none. */
    private static int lines(CompilationUnitTree unit, BlockTree body, SourcePositions positions) {
        if (body == null) {
            return 0;
        }
        LineMap lines = unit.getLineMap();
        return (int) (lines.getLineNumber(positions.getEndPosition(unit, body))
                - lines.getLineNumber(positions.getStartPosition(unit, body))
                + 1);
    }

    @Test
    void shouldKeepFilesShort() throws IOException {
        assertEquals(List.of(), longFiles(sources));
    }

    @Test
    void shouldKeepMethodsShort() throws IOException {
        assertEquals(List.of(), longMethods(sources));
    }

    @Test
    void shouldKeepLinesShort() throws IOException {
        assertEquals(List.of(), longLines(sources));
    }

    @Test
    void shouldFindWhatIsTooLong() throws IOException {
        String statements = "        run();\n".repeat(METHOD_LINES - 1);
        Path file = Files.writeString(
                folder.resolve("Long.java"),
                "class Long {\n    void fits() {\n" + statements.substring("        run();\n".length())
                        + "    }\n    void isLong() {\n" + statements + "    }\n}\n//"
                        + " ".repeat(COLUMNS - 2) + "x\n" + "\n".repeat(FILE_LINES));
        List<Path> one = List.of(file);
        assertEquals(1, longFiles(one).size());
        assertEquals(1, longLines(one).size());
        assertEquals(1, longMethods(one).size(), longMethods(one)::toString);
        assertTrue(longMethods(one).getFirst().contains("isLong has 61 lines"), longMethods(one)::toString);
    }
}
