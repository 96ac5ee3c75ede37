package io.millrace.lab.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

/** Which parts of the tree may know which others, by what the compiled classes of all modules name. */
class LayersTest {
    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
    private static final Path CLASSES = Path.of("target", "classes");

    private static final Pattern CLASS_NAME = Pattern.compile("(?:io/millrace|com/example)/(?:[a-z0-9]+/)*[A-Z]\\w*");

    /** The kinds of ports, and what belongs to one of them alone. */
    private static final List<String> KINDS =
            List.of("io.millrace.afxdp", "io.millrace.sockets", "io.millrace.sim", "io.millrace.xdp");

    /** What runs for each frame or each batch. */
    private static final Pattern HOT =
            Pattern.compile("io\\.millrace\\.core\\.path\\.(Poller|InlinePipeline|StagedPipeline"
                    + "|StageRunner|Outlet|FrameSlot|FrameBytes|FrameView|SegmentedFrameView|LeaseRegistry"
                    + "|HeldFrames|OwnWork|StageTimers|PolledStage|StageInlet|TimedIdle"
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
        try {
            for (Path module : modules()) {
                try (Stream<Path> tree = Files.walk(module.resolve(CLASSES))) {
                    for (Path file : tree.filter(LayersTest::isClass).toList()) {
                        ClassModel each = ClassFile.of().parse(file);
                        named.computeIfAbsent(outer(each.thisClass().asInternalName()), none -> new TreeSet<>())
                                .addAll(classesNamedIn(each));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return named;
    }

    /** The folders of modules that have classes; elsewhere in the tree other tests write at the same time. */
    private static List<Path> modules() throws IOException {
        List<Path> folders = new ArrayList<>();
        for (Path parent : List.of(ROOT, ROOT.resolve("engine"), ROOT.resolve("harness"))) {
            try (Stream<Path> children = Files.list(parent)) {
                children.filter(child -> Files.isDirectory(child.resolve(CLASSES)))
                        .forEach(folders::add);
            }
        }
        return folders;
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

    /** By package, the other packages that its classes name. */
    private static Map<String, Set<String>> packagesNamed() {
        Map<String, Set<String>> packages = new TreeMap<>();
        NAMED.forEach((from, named) -> named.stream()
                .map(LayersTest::packageOf)
                .filter(to -> !to.equals(packageOf(from)))
                .forEach(to -> packages.computeIfAbsent(packageOf(from), none -> new TreeSet<>())
                        .add(to)));
        return packages;
    }

    /** {@code package -> package} for each step of a circle. */
    private static Set<String> inCircles(Map<String, Set<String>> named) {
        return named.keySet().stream()
                .flatMap(from -> named.get(from).stream()
                        .filter(to -> reachable(to, named).contains(from))
                        .map(to -> from + " -> " + to))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> reachable(String from, Map<String, Set<String>> named) {
        Set<String> reached = new TreeSet<>(Set.of(from));
        for (Deque<String> open = new ArrayDeque<>(reached); !open.isEmpty(); ) {
            for (String next : named.getOrDefault(open.pop(), Set.of())) {
                if (reached.add(next)) {
                    open.push(next);
                }
            }
        }
        return reached;
    }

    private static boolean isKind(String className) {
        return KINDS.stream().anyMatch(kind -> isIn(className, kind));
    }

    private static boolean isHarness(String className) {
        return isIn(className, "io.millrace.cli") || isIn(className, "io.millrace.lab");
    }

    private static boolean isApi(String className) {
        return packageOf(className).equals("io.millrace") || isIn(className, "io.millrace.statistics");
    }

    @Test
    void shouldHaveFoundTheClasses() {
        assertTrue(NAMED.get("io.millrace.core.path.Poller").contains("io.millrace.spi.EventLoop"), NAMED::toString);
    }

    @Test
    void shouldHaveNoPackagesThatDependOnEachOtherInACircle() {
        assertEquals(Set.of(), inCircles(packagesNamed()));
    }

    @Test
    void shouldFindCirclesOfAnyLength() {
        Map<String, Set<String>> named =
                Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of("a", "d"), "d", Set.of("e"), "e", Set.of());
        assertEquals(Set.of("a -> b", "b -> c", "c -> a"), inCircles(named));
    }

    /** The harness drives parts of the kinds of ports, as peers of the engine do, and tells what they throw. */
    @Test
    void shouldKnowNoKindOfPortOutsideItsPackageInTheEngine() {
        assertEquals(Set.of(), broken(name -> !isKind(name) && !isHarness(name), LayersTest::isKind));
    }

    @Test
    void shouldKnowNothingOfTheHarnessBelowIt() {
        assertEquals(Set.of(), broken(name -> !isHarness(name), LayersTest::isHarness));
        assertEquals(Set.of(), broken(name -> isIn(name, "io.millrace.cli"), name -> isIn(name, "io.millrace.lab")));
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
