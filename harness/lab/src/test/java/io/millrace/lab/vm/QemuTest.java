package io.millrace.lab.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.HostException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QemuTest {
    private static final String SEVEN = "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)\nCopyright\n";
    private static final GuestKernel KERNEL = new GuestKernel("k", Path.of("/k/vmlinuz"), Map.of());

    private static String command(Driver driver, String version, boolean kvm) {
        return String.join(
                " ",
                Qemu.of(version, driver, kvm)
                        .command(KERNEL, Path.of("/t/initramfs"), driver, Path.of("/t/a,b"), false));
    }

    @Test
    void shouldJoinTwoCardsByAHub() {
        String command = command(Driver.VIRTIO_NET, SEVEN, false);
        for (String part : List.of(
                "-netdev hubport,id=wire0,hubid=0",
                "-netdev hubport,id=wire1,hubid=0",
                "netdev=wire0,mac=02:00:00:00:00:01",
                "netdev=wire1,mac=02:00:00:00:00:02",
                "iommu_platform=on",
                "-kernel /k/vmlinuz -initrd /t/initramfs",
                "-accel tcg,thread=multi",
                "path=/t/a,,b")) {
            assertTrue(command.contains(part), command);
        }
        List<String> words = List.of(command.split(" "));
        assertEquals(2, Collections.frequency(words, "-device"));
    }

    @Test
    void shouldTakeKvmWhereItIs() {
        assertTrue(command(Driver.VIRTIO_NET, SEVEN, true).contains("-accel kvm "));
        assertFalse(command(Driver.VIRTIO_NET, SEVEN, true).contains("maxcpus=1"));
        assertTrue(command(Driver.VIRTIO_NET, SEVEN, false).contains("maxcpus=1"));
    }

    @ParameterizedTest
    @CsvSource({
        "flags : fpu vmx sse, true",
        "flags : fpu svm, true",
        "flags : fpu sse svm_lock, false",
        "bugs : vmx, false"
    })
    void shouldTakeKvmOnlyWhereTheCpuRunsGuests(String line, boolean canRun) {
        assertEquals(canRun, Qemu.hasVirtualization("processor : 0\n" + line + "\n"));
    }

    @Test
    void shouldRefuseIgbBeforeQemu8() {
        HostException refused = assertThrows(HostException.class, () -> Qemu.of(SEVEN, Driver.IGB, false));
        assertEquals(
                "QEMU 7.2 has no igb device, which came with QEMU 8; use --driver virtio-net, or install a newer"
                        + " QEMU",
                refused.getMessage());
        assertTrue(command(Driver.IGB, "QEMU emulator version 10.0.2 (Debian)", false)
                .contains("-device igb,netdev="));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "something else"})
    void shouldRefuseWhatIsNoQemu(String text) {
        assertThrows(HostException.class, () -> Qemu.of(text, Driver.VIRTIO_NET, false));
    }
}
