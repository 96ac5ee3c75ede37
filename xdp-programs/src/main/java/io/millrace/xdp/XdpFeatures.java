package io.millrace.xdp;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a driver says that it can do with XDP.
 *
 * @param zeroCopySegments how many segments a frame may have in zero-copy mode; 0 if it does not say
 * @param hints            what the driver can tell of a frame
 * @param known            whether the kernel could be asked; if not, the other components mean nothing
 * @param offloads         what the driver can do for a frame that it sends in zero-copy mode; none if the kernel does
 *                         not say
 */
public record XdpFeatures(int zeroCopySegments, Set<Hint> hints, boolean known, Set<TransmitOffload> offloads) {
    private static final XdpFeatures UNKNOWN = new XdpFeatures(0, Set.of(), false, Set.of());

    /**
     * Asks the kernel, which has told since Linux 6.3, of hints and segments since 6.6, of offloads since 6.8.
     *
     * @param interfaceIndex of the calling thread's network namespace
     */
    public static XdpFeatures of(int interfaceIndex) {
        NetdevQuery.Answer answer = NetdevQuery.ask(interfaceIndex);
        if (answer == null) {
            return UNKNOWN;
        }
        Set<Hint> hints = EnumSet.noneOf(Hint.class);
        for (Hint hint : Hint.values()) {
            if ((answer.metadataFeatures() & hint.bit()) != 0) {
                hints.add(hint);
            }
        }
        Set<TransmitOffload> offloads = EnumSet.noneOf(TransmitOffload.class);
        for (TransmitOffload offload : TransmitOffload.values()) {
            if ((answer.socketFeatures() & offload.bit()) != 0) {
                offloads.add(offload);
            }
        }
        return new XdpFeatures(answer.zeroCopySegments(), hints, answer.tellsMetadata(), offloads);
    }
}
