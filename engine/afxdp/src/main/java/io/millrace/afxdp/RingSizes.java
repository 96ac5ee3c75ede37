package io.millrace.afxdp;

import io.millrace.spi.PortSettings;

/** The sizes of the four kernel rings of each queue, in descriptors; each is a power of two. */
public record RingSizes(int rx, int tx, int fill, int completion) {
    /** Returns the sizes in the settings of a port. */
    static RingSizes of(PortSettings port) {
        return new RingSizes(
                port.get(AfXdpKeys.RX_RING),
                port.get(AfXdpKeys.TX_RING),
                port.get(AfXdpKeys.FILL_RING),
                port.get(AfXdpKeys.COMPLETION_RING));
    }
}
