package io.millrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.afxdp.AfXdpStatistics;
import io.millrace.sim.MemoryType;
import io.millrace.sockets.TcpType;
import io.millrace.spi.Port;
import io.millrace.wire.EthernetFlyweight;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which parts of the engine may know which others, by what the compiled classes name. */
class LayersTest {
    private static final Pattern CLASS_NAME = Pattern.compile("io/millrace/(?:[a-z0-9]+/)*[A-Z]\\w*");

    /** The kinds of ports, and what belongs to one of them alone. */
    private static final List<String> KINDS =
            List.of("io.millrace.afxdp", "io.millrace.sockets", "io.millrace.sim", "io.millrace.xdp");

    /** What runs for each frame or each batch. */
    private static final Pattern HOT =
            Pattern.compile("io\\.millrace\\.core\\.path\\.(Poller|InlinePipeline|StagedPipeline"
                    + "|StageRunner|Outlet|FrameSlot|FrameBytes|FrameView|SegmentedFrameView|LeaseRegistry"
                    + "|HeldFrames"
                    + "|TransmitRequests|SlotRequest|PartialChecksum|SoftwareChecksum|ConnectionView)"
                    + "|io\\.millrace\\.spi\\.(EthernetMetadata|FrameBuffer)"
                    + "|io\\.millrace\\.afxdp\\.(XdpQueue|SegmentedQueue|"
                    + "DriverMetadata|TransmitMetadata)"
                    + "|io\\.millrace\\.sockets\\.(Uring|DatagramReceiver|DatagramSender|"
                    + "DatagramMetadata|StreamMetadata)");

    /** By class, the classes that it names; nested classes count as the one around them. */
    private static final Map<String, Set<String>> NAMED = named();

    private static Map<String, Set<String>> named() {
        Map<String, Set<String>> named = new TreeMap<>();
        for (Class<?> ofModule : List.of(
                Engine.class,
                EthernetFlyweight.class,
                Port.class,
                AfXdpStatistics.class,
                TcpType.class,
                MemoryType.class)) {
            for (ClassModel each : classesBeside(ofModule)) {
                named.computeIfAbsent(outer(each.thisClass().asInternalName()), none -> new TreeSet<>())
                        .addAll(classesNamedIn(each));
            }
        }
        return named;
    }

    /** All classes of the jar, or of the folder of a module that is not packaged yet, that a class comes from. */
    private static List<ClassModel> classesBeside(Class<?> one) {
        try {
            Path place = Path.of(
                    one.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(place)) {
                return parsed(place);
            }
            try (FileSystem jar = FileSystems.newFileSystem(place)) {
                return parsed(jar.getPath("/"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<ClassModel> parsed(Path root) throws IOException {
        List<ClassModel> models = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(LayersTest::isClass).toList()) {
                models.add(ClassFile.of().parse(Files.readAllBytes(file)));
            }
        }
        return models;
    }

    private static boolean isClass(Path file) {
        return file.toString().endsWith(".class") && !file.endsWith("module-info.class");
    }

    private static Set<String> classesNamedIn(ClassModel each) {
        Set<String> found = new TreeSet<>();
        for (PoolEntry entry : each.constantPool()) {
            if (entry instanceof Utf8Entry text) {
                Matcher matcher = CLASS_NAME.matcher(text.stringValue());
                while (matcher.find()) {
                    found.add(outer(matcher.group()));
                }
            }
        }
        return found;
    }

    private static String outer(String internalName) {
        return internalName.replaceFirst("\\$.*", "").replace('/', '.');
    }

    private static String packageOf(String className) {
        return className.substring(0, className.lastIndexOf('.'));
    }

    private static boolean isIn(String className, String packageName) {
        return className.startsWith(packageName + ".");
    }

    /** {@code class -> class} for each that breaks a rule. */
    private static Set<String> broken(Predicate<String> from, Predicate<String> to) {
        return NAMED.entrySet().stream()
                .filter(entry -> from.test(entry.getKey()))
                .flatMap(entry -> entry.getValue().stream().filter(to).map(named -> entry.getKey() + " -> " + named))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isKind(String className) {
        return KINDS.stream().anyMatch(kind -> isIn(className, kind));
    }

    private static boolean isApi(String className) {
        return packageOf(className).equals("io.millrace") || isIn(className, "io.millrace.statistics");
    }

    @Test
    void shouldHaveFoundTheClasses() {
        assertTrue(NAMED.get("io.millrace.core.path.Poller").contains("io.millrace.spi.EventLoop"), NAMED::toString);
    }

    @Test
    void shouldKnowNoKindOfPortOutsideItsPackage() {
        assertEquals(Set.of(), broken(name -> !isKind(name), LayersTest::isKind));
    }

    @Test
    void shouldHaveKindsOfPortsThatDoNotKnowEachOther() {
        for (String kind : List.of("io.millrace.afxdp", "io.millrace.sockets", "io.millrace.sim")) {
            boolean hasPrograms = kind.equals("io.millrace.afxdp");
            assertEquals(
                    Set.of(),
                    broken(
                            name -> isIn(name, kind),
                            name -> isKind(name)
                                    && !isIn(name, kind)
                                    && !(hasPrograms && isIn(name, "io.millrace.xdp"))));
        }
    }

    @Test
    void shouldHaveAnApiThatKnowsNothingBelowIt() {
        assertEquals(Set.of(), broken(LayersTest::isApi, name -> !isApi(name)));
    }

    /** The log of the engine's threads lies below both. */
    @Test
    void shouldHaveAnSpiThatKnowsNothingOfTheCore() {
        assertEquals(
                Set.of(),
                broken(
                        name -> isIn(name, "io.millrace.spi"),
                        name -> isIn(name, "io.millrace.core") && !isIn(name, "io.millrace.core.thread")));
    }

    @Test
    void shouldHaveKindsOfPortsThatKnowOfTheCoreOnlyItsSpi() {
        assertEquals(Set.of(), broken(LayersTest::isKind, name -> isIn(name, "io.millrace.core")));
    }

    @Test
    void shouldNameNeitherConfigNorLogWhereFramesPass() {
        assertEquals(
                Set.of(),
                broken(
                        name -> HOT.matcher(name).matches(),
                        name -> isIn(name, "io.millrace.core.config")
                                || isIn(name, "io.millrace.spi.config")
                                || name.endsWith(".EngineLog")));
    }
}
