package io.millrace.lab.vm;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VmSettingsTest {
    private static VmSettings settings(String kernel) {
        return new VmSettings(
                kernel,
                Driver.VIRTIO_NET,
                Duration.ofMinutes(1),
                List.of(),
                false,
                Path.of("cache"),
                Path.of("millrace.jar"),
                List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "7.3", "7.3.2+deb13", "linux-image-7.3.2+deb13-amd64"})
    void shouldTakeVersionsAndPackages(String kernel) {
        assertDoesNotThrow(() -> settings(kernel));
    }

    @Test
    void shouldTakeAFileThatIsThere(@TempDir Path folder) throws Exception {
        Path image = Files.writeString(folder.resolve("vmlinuz"), "");
        assertDoesNotThrow(() -> settings(image.toString()));
        Files.delete(image);
        assertThrows(IllegalArgumentException.class, () -> settings(image.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "newest", "linux-headers-7.3", "linux-image-7.3 x", "7.3/../x", "-7"})
    void shouldRefuseWhatIsNone(String kernel) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> settings(kernel));
        assertTrue(refused.getMessage().contains("--kernel " + kernel + " is no file"), refused.getMessage());
    }
}
