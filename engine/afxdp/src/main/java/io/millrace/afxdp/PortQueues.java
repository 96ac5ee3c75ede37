package io.millrace.afxdp;

import io.millrace.ring.FramePool;
import java.lang.foreign.Arena;

/**
 * What a port has of one interface, for as long as that exists.
 *
 * @param interfaceIndex the kernel's number of the interface
 * @param up             whether the interface was switched on
 * @param mtu            the MTU of the interface in bytes; 0 if that is not known
 * @param queues         the queues over the port's memory, with their fill rings filled
 * @param device         what the port holds in the kernel; null if there is no kernel
 * @param rings          owns the queues' rings; closed after the device
 * @param headers        the headers for payloads of socket ports, or null if such payloads can't leave here
 * @param maxSegments    how many segments a frame may have for the kernel to send it; 1 unless frames may have several
 * @param transmit       what stages may ask for frames that leave by these queues; null if nothing
 * @param partial        whether frames may come with unfinished checksums, which are to be finished when they leave
 * @param unused         free frames that the fill rings had no room for; null if they are already in the port's pool
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

    /**
     * Ends the kernel's use of the memory and unmaps the rings. A second call does nothing. The poller must have let go
     * of the queues.
     */
    void close() {
        if (device != null) {
            device.close();
        }
        rings.close();
    }

    /** Makes queues over plain memory, without an interface. */
    static PortQueues over(Arena rings, int maxSegments, XdpQueue... queues) {
        return over(rings, maxSegments, null, queues);
    }

    /** Makes queues over plain memory for which stages may ask for transmit metadata. */
    static PortQueues over(Arena rings, int maxSegments, TransmitMetadata transmit, XdpQueue... queues) {
        return new PortQueues(0, true, 0, queues, null, rings, null, maxSegments, transmit, false, null);
    }

    /** Returns the same queues, for frames that may have unfinished checksums. */
    PortQueues withPartialChecksums() {
        return new PortQueues(
                interfaceIndex, up, mtu, queues, device, rings, headers, maxSegments, transmit, true, unused);
    }
}
