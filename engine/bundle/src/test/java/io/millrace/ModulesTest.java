package io.millrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.afxdp.statistics.AfXdpStatistics;
import io.millrace.bindings.Libc;
import io.millrace.ring.Umem;
import io.millrace.sim.MemoryType;
import io.millrace.sockets.TcpType;
import io.millrace.spi.Port;
import io.millrace.statistics.PortDetails;
import io.millrace.wire.EthernetFlyweight;
import io.millrace.xdp.XdpProgram;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.AccessFlags;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.AccessFlag;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the modules of the engine show to others, as their compiled descriptions have it. */
class ModulesTest {
    /** A class of each module. */
    private static final List<Class<?>> CLASSES = List.of(
            Libc.class,
            Umem.class,
            XdpProgram.class,
            EthernetFlyweight.class,
            Engine.class,
            Port.class,
            AfXdpStatistics.class,
            TcpType.class,
            MemoryType.class);

    private static final Pattern OUR_TYPE = Pattern.compile("L(io/millrace/[\\w/$]+)");
    private static final String DETAILS = PortDetails.class.getName().replace('.', '/');

    private static List<ModuleReference> modules() {
        return CLASSES.stream().map(ModulesTest::moduleOf).toList();
    }

    /** Tests run on the class path, where a class is in no module; its module is where the class comes from. */
    private static ModuleReference moduleOf(Class<?> one) {
        try {
            Path place = Path.of(
                    one.getProtectionDomain().getCodeSource().getLocation().toURI());
            return ModuleFinder.of(place).findAll().iterator().next();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<String> exportedBy(ModuleReference module) {
        return module.descriptor().exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(Exports::source)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<ClassModel> publicClasses(ModuleReference module) throws IOException {
        List<ClassModel> classes = new ArrayList<>();
        try (ModuleReader reader = module.open()) {
            for (String name : reader.list().filter(ModulesTest::isClass).toList()) {
                try (InputStream file = reader.open(name).orElseThrow()) {
                    ClassModel each = ClassFile.of().parse(file.readAllBytes());
                    if (each.flags().has(AccessFlag.PUBLIC)) {
                        classes.add(each);
                    }
                }
            }
        }
        return classes;
    }

    private static boolean isClass(String name) {
        return name.endsWith(".class") && !name.equals("module-info.class");
    }

    private static String packageOf(String internalName) {
        return internalName.substring(0, internalName.lastIndexOf('/')).replace('/', '.');
    }

    /** The types of ours that others have to know who extend the class, or use a method or a field of it. */
    private static Set<String> typesShownBy(ClassModel each) {
        StringBuilder text = new StringBuilder(signature(each));
        each.superclass().ifPresent(type -> text.append(type.asSymbol().descriptorString()));
        each.interfaces().forEach(type -> text.append(type.asSymbol().descriptorString()));
        each.methods().stream()
                .filter(method -> isShown(method.flags()))
                .forEach(
                        method -> text.append(method.methodType().stringValue()).append(signature(method)));
        each.fields().stream()
                .filter(field -> isShown(field.flags()))
                .forEach(field -> text.append(field.fieldType().stringValue()).append(signature(field)));
        return OUR_TYPE.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String signature(AttributedElement element) {
        return element.findAttribute(Attributes.signature())
                .map(attribute -> attribute.signature().stringValue())
                .orElse("");
    }

    private static boolean isShown(AccessFlags flags) {
        return (flags.has(AccessFlag.PUBLIC) || flags.has(AccessFlag.PROTECTED)) && !flags.has(AccessFlag.SYNTHETIC);
    }

    @Test
    void shouldShowOnlyTypesThatAreExported() throws IOException {
        Set<String> exported = new TreeSet<>();
        modules().forEach(module -> exported.addAll(exportedBy(module)));
        Set<String> shown = new TreeSet<>();
        Set<String> hidden = new TreeSet<>();
        for (ModuleReference module : modules()) {
            for (ClassModel each : publicClasses(module)) {
                String name = each.thisClass().asInternalName();
                if (exported.contains(packageOf(name))) {
                    shown.addAll(typesShownBy(each));
                } else if (each.interfaces().stream()
                        .anyMatch(type -> type.asInternalName().equals(DETAILS))) {
                    hidden.add(name); // a program that reads the details of a port has to name the class
                }
            }
        }
        assertTrue(shown.contains("io/millrace/statistics/PortStatistics"), shown::toString);
        shown.removeIf(name -> exported.contains(packageOf(name)));
        assertEquals(Set.of(), shown);
        assertEquals(Set.of(), hidden);
    }

    @Test
    void shouldExportToEveryoneOnlyWhatIsPublished() {
        Map<String, Set<String>> exported = new TreeMap<>();
        modules().forEach(module -> exported.put(module.descriptor().name(), exportedBy(module)));
        assertEquals(
                Map.of(
                        "millrace.bindings", Set.of(),
                        "millrace.ring", Set.of("io.millrace.ring"),
                        "millrace.xdp", Set.of(),
                        "millrace.wire", Set.of("io.millrace.wire"),
                        "millrace.api", Set.of("io.millrace", "io.millrace.statistics"),
                        "millrace.core",
                                Set.of("io.millrace.spi", "io.millrace.spi.config", "io.millrace.spi.counters"),
                        "millrace.afxdp", Set.of("io.millrace.afxdp.statistics"),
                        "millrace.sim", Set.of("io.millrace.sim"),
                        "millrace.sockets", Set.of()),
                exported);
    }

    @Test
    void shouldProvideTheSameServicesOnTheClassPath() throws IOException {
        for (ModuleReference module : modules()) {
            for (Provides provides : module.descriptor().provides()) {
                assertEquals(
                        Set.copyOf(provides.providers()),
                        Set.copyOf(listed(module, provides.service())),
                        module::toString);
            }
        }
    }

    private static List<String> listed(ModuleReference module, String service) throws IOException {
        try (ModuleReader reader = module.open();
                InputStream file = reader.open("META-INF/services/" + service).orElseThrow()) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
