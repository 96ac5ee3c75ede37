package io.millrace.lab.vm;

import java.util.List;
import java.util.Locale;

/** A network card that QEMU emulates and whose driver has zero-copy mode. */
public enum Driver {
    /**
     * The driver maps frames for DMA itself, which zero-copy mode rests on, only for a device that is behind the
     * platform's DMA ({@code iommu_platform}); it takes an XDP program only with the offloads off that merge frames.
     */
    VIRTIO_NET(
            List.of("virtio_pci", "virtio_net", "bonding"),
            "virtio-net-pci,disable-legacy=on,iommu_platform=on,guest_tso4=off,"
                    + "guest_tso6=off,guest_ecn=off,guest_ufo=off,rx_queue_size=1024",
            7),
    /** Intel's I210 and relatives; zero-copy mode since Linux 6.14. */
    IGB(List.of("igb", "bonding"), "igb", 8);

    private final List<String> modules;
    private final String device;
    private final int qemu;

    Driver(List<String> modules, String device, int qemu) {
        this.modules = modules;
        this.device = device;
        this.qemu = qemu;
    }

    /** What the guest loads: the driver's modules, and that of bonds. */
    List<String> modules() {
        return modules;
    }

    /** What QEMU calls it, with its options. */
    String device() {
        return device;
    }

    /** The release of QEMU that it takes. */
    int minimumQemu() {
        return qemu;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
