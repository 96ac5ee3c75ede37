package io.millrace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.afxdp.AfXdpStatistics;
import io.millrace.bindings.Libc;
import io.millrace.ring.Umem;
import io.millrace.sim.MemoryType;
import io.millrace.sockets.TcpType;
import io.millrace.spi.Port;
import io.millrace.wire.EthernetFlyweight;
import io.millrace.xdp.XdpProgram;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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

    @Test
    void shouldExportToEveryoneOnlyWhatIsPublished() {
        Map<String, Set<String>> exported = new TreeMap<>();
        for (ModuleReference module : modules()) {
            Set<String> packages = module.descriptor().exports().stream()
                    .filter(exports -> !exports.isQualified())
                    .map(Exports::source)
                    .collect(Collectors.toCollection(TreeSet::new));
            exported.put(module.descriptor().name(), packages);
        }
        assertEquals(
                Map.of(
                        "millrace.bindings", Set.of(),
                        "millrace.ring", Set.of("io.millrace.ring"),
                        "millrace.xdp", Set.of(),
                        "millrace.wire", Set.of("io.millrace.wire"),
                        "millrace.api", Set.of("io.millrace", "io.millrace.statistics"),
                        "millrace.core",
                                Set.of("io.millrace.spi", "io.millrace.spi.config", "io.millrace.spi.counters"),
                        "millrace.afxdp", Set.of(),
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
