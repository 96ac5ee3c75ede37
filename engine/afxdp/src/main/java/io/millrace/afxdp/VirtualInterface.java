package io.millrace.afxdp;

import java.util.Set;

/**
 * Recognises interfaces to which frames come from programs or virtual machines of the same host, with no network card
 * on the way. Nothing could damage a frame there, so the kernel leaves its checksums unfinished ({@code
 * CHECKSUM_PARTIAL}, {@code skbuff.h}) and tells the receiver so beside the frame; an XDP program sees the frame's
 * bytes alone.
 */
final class VirtualInterface {
    /** Drivers of virtual machines, whose other end may be a program or another virtual machine on the host. */
    private static final Set<String> PARAVIRTUAL =
            Set.of("virtio_net", "vif", "xen_netfront", "vmxnet3", "hv_netvsc", "ibmveth");

    private VirtualInterface() {}

    /** Whether frames come to the interface in this way: its driver is such a one, or the interface is on no bus. */
    static boolean is(NetDevice device) {
        return is(device.driver(), device.bus());
    }

    /** The same by the names of the driver and of the place on the bus, or what is there in their place. */
    static boolean is(String driver, String bus) {
        return PARAVIRTUAL.contains(driver) || !isPlace(bus);
    }

    /** Whether that is a place on a bus, which has numbers, as in 0000:01:00.0; other drivers write a word there. */
    private static boolean isPlace(String bus) {
        return bus.chars().anyMatch(Character::isDigit);
    }
}
