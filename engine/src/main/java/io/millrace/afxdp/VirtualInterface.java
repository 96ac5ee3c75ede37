package io.millrace.afxdp;

import java.util.Set;

/**
 * Interfaces that frames come to from programs or virtual machines of the same host, with no network card on the way.
 * The kernel leaves the checksums of what it sends there unfinished ({@code CHECKSUM_PARTIAL}, {@code skbuff.h}), since
 * nothing between the two ends could damage it, and tells the receiver so beside the frame; an XDP program sees the
 * frame's bytes alone.
 */
final class VirtualInterface {
    /** The other end may be a program on the host, or another virtual machine there. */
    private static final Set<String> PARAVIRTUAL =
            Set.of("virtio_net", "vif", "xen_netfront", "vmxnet3", "hv_netvsc", "ibmveth");

    private VirtualInterface() {}

    /** Whether it is one. Of such drivers the interface is virtual, and so is each that is on no bus. */
    static boolean is(NetDevice device) {
        return is(device.driver(), device.bus());
    }

    /** By the names of its driver and of its place on the bus, or what is there in their place. */
    static boolean is(String driver, String bus) {
        return PARAVIRTUAL.contains(driver) || !isPlace(bus);
    }

    /** Where a card is its bus says in numbers, as in 0000:01:00.0; what else drivers write there is a word. */
    private static boolean isPlace(String bus) {
        return bus.chars().anyMatch(Character::isDigit);
    }
}
