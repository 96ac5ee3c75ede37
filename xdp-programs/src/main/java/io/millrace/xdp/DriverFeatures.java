package io.millrace.xdp;

/**
 * The modes of AF_XDP that a driver says it has ({@code enum netdev_xdp_act}, linux/netdev.h). Generic XDP, and
 * AF_XDP in copy mode behind it, take no driver.
 *
 * @param known       whether the kernel could be asked: it has told since Linux 6.3; if not, the rest means nothing
 * @param nativeXdp   whether a program runs in the driver, and frames go from there to sockets
 * @param zeroCopy    whether frames get into a socket's memory, and out of it, without a copy
 * @param multiBuffer whether frames that come in may lie in several buffers
 */
public record DriverFeatures(boolean known, boolean nativeXdp, boolean zeroCopy, boolean multiBuffer) {
    private static final int BASIC = 1;
    private static final int REDIRECT = 1 << 1;
    private static final int ZERO_COPY = 1 << 3;
    private static final int RX_FRAGMENTS = 1 << 5;

    /**
     * Asks the kernel.
     *
     * @param interfaceIndex of the calling thread's network namespace
     */
    public static DriverFeatures of(int interfaceIndex) {
        NetdevQuery.Answer answer = NetdevQuery.ask(interfaceIndex);
        if (answer == null) {
            return new DriverFeatures(false, false, false, false);
        }
        long features = answer.xdpFeatures();
        return new DriverFeatures(
                true, has(features, BASIC | REDIRECT), has(features, ZERO_COPY), has(features, RX_FRAGMENTS));
    }

    private static boolean has(long features, int wanted) {
        return (features & wanted) == wanted;
    }
}
