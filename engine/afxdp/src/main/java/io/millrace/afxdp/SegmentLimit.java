package io.millrace.afxdp;

import io.millrace.xdp.XdpFeatures;

/**
 * Tells how many segments a frame may have for the kernel to send it. The kernel drops a frame with more ({@code
 * xsk_build_skb}, {@code net/xdp/xsk.c}) and never completes it, so that its chunks would be lost; so the engine does
 * not give it such a frame. Cold.
 */
final class SegmentLimit {
    /** The least value that {@code CONFIG_MAX_SKB_FRAGS} can have. */
    private static final int FRAGMENTS = 17;
    /**
     * The only driver whose socket buffers have no linear part ({@code IFF_TX_SKB_NO_LINEAR}), which costs one segment.
     */
    private static final String WITHOUT_LINEAR_PART = "virtio_net";
    /** How many segments the drivers send that have multi-buffer frames in zero-copy mode. */
    private static final int LEAST_ZERO_COPY = 2;

    private SegmentLimit() {}

    static int of(NetDevice device, boolean zeroCopy) {
        if (zeroCopy) {
            return Math.max(LEAST_ZERO_COPY, XdpFeatures.of(device.index()).zeroCopySegments());
        }
        return device.driver().equals(WITHOUT_LINEAR_PART) ? FRAGMENTS : FRAGMENTS + 1;
    }
}
