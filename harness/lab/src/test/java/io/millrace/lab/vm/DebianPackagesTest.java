package io.millrace.lab.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DebianPackagesTest {
    private static Stream<String> names() {
        return Stream.of(
                "linux-image-amd64",
                "linux-image-6.12.9+deb13-amd64",
                "linux-image-6.12.48+deb13-amd64",
                "linux-image-7.3.2+deb13-amd64",
                "linux-image-7.12+deb13-amd64-unsigned",
                "linux-image-7.3.10+deb13-amd64",
                "linux-image-7.3.11+deb13-cloud-amd64",
                "linux-image-7.3.11+deb13-rt-amd64",
                "linux-image-7.3.11+deb13-amd64-dbg",
                "linux-image-7.3.11+deb13-arm64");
    }

    @ParameterizedTest
    @CsvSource({
        "'',7.3.10+deb13",
        "7,7.3.10+deb13",
        "7.3,7.3.10+deb13",
        "7.3.2,7.3.2+deb13",
        "6,6.12.48+deb13",
        "6.12,6.12.48+deb13",
        "6.12.9,6.12.9+deb13",
        "7.3.2+deb13,7.3.2+deb13"
    })
    void shouldTakeTheNewestOfAVersion(String prefix, String expected) {
        assertEquals(
                "linux-image-" + expected + "-amd64",
                DebianPackages.newestKernel(names(), prefix).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({"5", "7.1", "6.1", "7.3.1", "7.12"})
    void shouldNotTakeAnotherVersionOrFlavour(String prefix) {
        assertTrue(DebianPackages.newestKernel(names(), prefix).isEmpty());
    }

    @Test
    void shouldFindTheMirrorOfTheMainArchive() {
        String targets = """
            https://packages.example.org/apt/|main
            http://mirror.example.org/debian-security/|main
            http://mirror.example.org/debian/|contrib
            http://mirror.example.org/debian/|main
            http://other.example.org/debian/|main
            """;
        assertEquals(
                "http://mirror.example.org/debian/",
                DebianPackages.mirror(targets).orElseThrow());
        assertTrue(DebianPackages.mirror("http://mirror.example.org/ubuntu/|main\n")
                .isEmpty());
    }

    @Test
    void shouldFindTheOtherPartsOfAKernel() {
        String show = """
            Package: linux-image-7.3.2+deb13-amd64
            Depends: linux-binary-7.3.2+deb13-amd64 (= 7.3.2-1~bpo13+1), linux-modules-7.3.2+deb13-amd64, kmod,
            """
                + "Depends: linux-base (>= 4.12) | linux-base-7.3.2+deb13-amd64, initramfs-tools |"
                + " linux-initramfs-tool\n"
                + "Description: linux-headers-7.3.2+deb13-amd64\n";
        assertEquals(
                List.of(
                        "linux-binary-7.3.2+deb13-amd64",
                        "linux-modules-7.3.2+deb13-amd64",
                        "linux-base-7.3.2+deb13-amd64"),
                DebianPackages.partsOf("linux-image-7.3.2+deb13-amd64", show));
        assertTrue(DebianPackages.partsOf("linux-image-amd64", show).isEmpty());
    }
}
