package io.millrace.afxdp;

import io.millrace.ring.FramePool;
import java.lang.foreign.Arena;

/**
 * What a port has of an interface for as long as that is there.
 *
 * @param interfaceIndex the kernel's number of the interface
 * @param up             whether it was switched on
 * @param mtu            in bytes; 0 if it could not be asked
 * @param queues         over the port's memory, their fill rings filled
 * @param device         what is held in the kernel; null where there is none
 * @param rings          owns the queues' rings; closed after the device
 * @param headers        what frames of socket ports get on their way out, or null
 * @param maxSegments    of a frame that the kernel sends; of ports whose frames have several
 * @param transmit       what stages may ask for frames that leave by them, as the queues know it; null for nothing
 * @param partial        whether checksums of frames that come by them may be unfinished, and are to be finished
 * @param unused         free frames that the fill rings had no room for, for the port's pool; null if they are there
 */
record PortQueues(
        int interfaceIndex,
        boolean up,
        int mtu,
        XdpQueue[] queues,
        AfXdpDevice device,
        Arena rings,
        DatagramHeaders headers,
        int maxSegments,
        TransmitMetadata transmit,
        boolean partial,
        FramePool unused) {

    /** Ends the kernel's hold on the memory, and unmaps the rings, once. The poller must have let go of the queues. */
    void close() {
        if (device != null) {
            device.close();
        }
        rings.close();
    }

    /** Of no interface. */
    static PortQueues over(Arena rings, int maxSegments, XdpQueue... queues) {
        return over(rings, maxSegments, null, queues);
    }

    /** Of no interface, with what stages may ask for. */
    static PortQueues over(Arena rings, int maxSegments, TransmitMetadata transmit, XdpQueue... queues) {
        return new PortQueues(0, true, 0, queues, null, rings, null, maxSegments, transmit, false, null);
    }

    /** The same, with checksums of frames that may be unfinished. */
    PortQueues withPartialChecksums() {
        return new PortQueues(
                interfaceIndex, up, mtu, queues, device, rings, headers, maxSegments, transmit, true, unused);
    }
}
