package io.millrace.afxdp;

import java.util.Set;

/**
 * Recognises interfaces whose frames come from programs or virtual machines of the same host, with no network card on
 * the way. Nothing could damage a frame there, so the kernel leaves its checksums unfinished ({@code CHECKSUM_PARTIAL},
 * {@code skbuff.h}) and keeps that information beside the frame; an XDP program only sees the frame's bytes.
 */
final class VirtualInterface {
    /** The drivers of virtual machines, whose other end may be a program or another virtual machine on the host. */
    private static final Set<String> PARAVIRTUAL =
            Set.of("virtio_net", "vif", "xen_netfront", "vmxnet3", "hv_netvsc", "ibmveth");

    private VirtualInterface() {}

    /** Returns whether frames come to the interface in this way: it has one of these drivers, or is on no bus. */
    static boolean is(NetDevice device) {
        return is(device.driver(), device.bus());
    }

    /** Decides it by the name of the driver and the address on the bus, or what the driver gives instead. */
    static boolean is(String driver, String bus) {
        return PARAVIRTUAL.contains(driver) || !isPlace(bus);
    }

    /**
     * Returns whether the text is an address on a bus, which has digits, as in 0000:01:00.0; other drivers give a word.
     */
    private static boolean isPlace(String bus) {
        return bus.chars().anyMatch(Character::isDigit);
    }
}
