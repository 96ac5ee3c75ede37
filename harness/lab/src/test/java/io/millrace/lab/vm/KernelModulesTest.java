package io.millrace.lab.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelModulesTest {
    private static byte[] module(String depends) {
        return ("\177ELF...\0license=GPL\0depends=" + depends + "\0name=x\0intree=Y\0")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void shouldLoadWhatAModuleNeedsBeforeIt() {
        Map<String, byte[]> files = Map.of(
                "virtio_net",
                module("net_failover,failover,virtio"),
                "net_failover",
                module("failover"),
                "failover",
                module(""),
                "other",
                module("virtio_net"));
        Map<String, byte[]> order = KernelModules.loadOrder(
                List.of("virtio_pci", "virtio_net", "failover"), name -> Optional.ofNullable(files.get(name)));
        assertEquals(
                List.of("failover", "net_failover", "virtio_net"),
                List.copyOf(order.keySet()),
                "virtio and virtio_pci are built in");
    }

    @Test
    void shouldReadWhatAModuleDependsOn() {
        assertEquals(List.of("failover", "net_failover"), KernelModules.depends(module("failover,net_failover")));
        assertEquals(List.of(), KernelModules.depends(module("")));
        assertEquals(List.of(), KernelModules.depends("no module".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void shouldReadTheReleaseOfAnImage(@TempDir Path folder) throws Exception {
        byte[] image = new byte[0x1000];
        image[0x20e] = 0x10;
        image[0x20f] = 0x02;
        byte[] release = "7.3.2+deb13-amd64 (someone@somewhere) #1 SMP".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(release, 0, image, 0x200 + 0x210, release.length);
        Path file = Files.write(folder.resolve("vmlinuz"), image);
        assertEquals("7.3.2+deb13-amd64", UnpackedKernel.release(file));
        assertEquals("", UnpackedKernel.release(Files.write(file, Arrays.copyOf(image, 0x20e))));
        assertEquals("", UnpackedKernel.release(Files.write(file, new byte[0x1000])));
    }
}
