package io.millrace.sockets;

import io.millrace.ring.Umem;

/**
 * How a port sends without a copy.
 *
 * @param above  only frames that are longer than this many bytes are sent without a copy; {@link Integer#MAX_VALUE}
 *               means none
 * @param flags  the flags of such a send, as far as the kernel has them
 * @param buffer the index of the registered memory, or -1 if nothing is sent without a copy
 */
record ZeroCopy(int above, int flags, int buffer) {
    /** The settings of a port that copies everything. */
    static final ZeroCopy OFF = new ZeroCopy(Integer.MAX_VALUE, 0, -1);

    /** Registers the port's memory if anything is to be sent without a copy. */
    static ZeroCopy register(UringDevice device, String portName, Umem umem, int above) {
        return above == Integer.MAX_VALUE
                ? OFF
                : new ZeroCopy(above, device.features().zeroCopyFlags(), device.registerBuffer(portName, umem));
    }

    boolean isOn() {
        return buffer >= 0;
    }
}
