package io.millrace.lab.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.HostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SharedLibrariesTest {
    private static final String LDD = """
        \tlinux-vdso.so.1 (0x00007ffc8a5f2000)
        \tlibjli.so => /java/bin/../lib/libjli.so (0x00007f2b4c600000)
        \tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f2b4c41f000)
        \tlibjvm.so => not found
        \t/lib64/ld-linux-x86-64.so.2 (0x00007f2b4c61e000)
        """;
    private static final String CACHE = """
        412 libs found in cache `/etc/ld.so.cache'
        \tlibbpf.so.1 (libc6) => /lib/i386-linux-gnu/libbpf.so.1
        \tlibbpf.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libbpf.so.1
        \tlibbpf.so.1x (libc6,x86-64) => /elsewhere/libbpf.so.1x
        """;

    @Test
    void shouldReadWhatTheLinkerFinds() {
        assertEquals(
                List.of(
                        Path.of("/java/bin/../lib/libjli.so"),
                        Path.of("/lib/x86_64-linux-gnu/libc.so.6"),
                        Path.of("/lib64/ld-linux-x86-64.so.2")),
                SharedLibraries.parse(LDD));
        assertEquals(List.of(), SharedLibraries.parse("\tnot a dynamic executable\n"));
    }

    @Test
    void shouldFindALibraryOfThisArchitecture() {
        assertEquals(Path.of("/lib/x86_64-linux-gnu/libbpf.so.1"), SharedLibraries.find("libbpf.so.1", CACHE));
        assertThrows(HostException.class, () -> SharedLibraries.find("liburing.so.2", CACHE));
    }

    @Test
    void shouldFindWhatTheJavaLauncherNeeds() {
        Path home = Path.of(System.getProperty("java.home"));
        Set<Path> needed = SharedLibraries.neededBy(List.of(home.resolve("bin/java")), home);
        assertTrue(
                needed.stream().anyMatch(file -> file.getFileName().toString().startsWith("ld-linux")),
                needed::toString);
        assertTrue(needed.stream().anyMatch(file -> file.endsWith("libc.so.6")), needed::toString);
        assertTrue(needed.stream().noneMatch(file -> file.startsWith(home)), needed::toString);
    }
}
