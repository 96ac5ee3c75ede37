package io.millrace.afxdp;

import io.millrace.ring.FramePool;
import java.lang.foreign.Arena;

/**
 * What a port has of one interface, for as long as the interface is there.
 *
 * @param interfaceIndex the kernel's number of the interface
 * @param up             whether the interface was switched on
 * @param mtu            the MTU of the interface in bytes; 0 if that is not known
 * @param queues         the queues over the port's memory, with their fill rings filled
 * @param device         what is held in the kernel; null where there is none
 * @param rings          owns the queues' rings; closed after the device
 * @param headers        what puts headers in front of the payloads of socket ports, or null if those do not fit here
 * @param maxSegments    how many segments a frame may have for the kernel to send it; 1 unless frames may have several
 * @param transmit       what stages may ask for frames that leave by these queues; null for nothing
 * @param partial        whether frames may come with unfinished checksums, which are to be finished when they leave
 * @param unused         free frames that the fill rings had no room for; null if they are in the port's pool already
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

    /** Queues over plain memory, of no interface. */
    static PortQueues over(Arena rings, int maxSegments, XdpQueue... queues) {
        return over(rings, maxSegments, null, queues);
    }

    /** Queues over plain memory, with what stages may ask for frames. */
    static PortQueues over(Arena rings, int maxSegments, TransmitMetadata transmit, XdpQueue... queues) {
        return new PortQueues(0, true, 0, queues, null, rings, null, maxSegments, transmit, false, null);
    }

    /** The same queues, by which frames with unfinished checksums may come. */
    PortQueues withPartialChecksums() {
        return new PortQueues(
                interfaceIndex, up, mtu, queues, device, rings, headers, maxSegments, transmit, true, unused);
    }
}
