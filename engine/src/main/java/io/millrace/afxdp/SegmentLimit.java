package io.millrace.afxdp;

import io.millrace.xdp.XdpFeatures;

/**
 * How many segments a frame may have that the kernel is to send. It drops a longer one ({@code xsk_build_skb},
 * {@code net/xdp/xsk.c}) and never completes it, so that its memory would be lost: such a frame is not given to it.
 * Cold.
 */
final class SegmentLimit {
    /** {@code CONFIG_MAX_SKB_FRAGS}, the least that it can be. */
    private static final int FRAGMENTS = 17;
    /** The only driver whose socket buffers have no linear part ({@code IFF_TX_SKB_NO_LINEAR}): one segment less. */
    private static final String WITHOUT_LINEAR_PART = "virtio_net";
    /** What every driver can that has multi-buffer frames in zero-copy mode. */
    private static final int LEAST_ZERO_COPY = 2;

    private SegmentLimit() {}

    static int of(NetDevice device, boolean zeroCopy) {
        if (zeroCopy) {
            return Math.max(LEAST_ZERO_COPY, XdpFeatures.of(device.index()).zeroCopySegments());
        }
        return device.driver().equals(WITHOUT_LINEAR_PART) ? FRAGMENTS : FRAGMENTS + 1;
    }
}
