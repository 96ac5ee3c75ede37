package io.millrace.xdp;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a driver says that it can do with XDP.
 *
 * @param zeroCopySegments how many segments a frame may have in zero-copy mode; 0 if it does not say
 * @param hints            what it can tell of a frame
 * @param known            whether the kernel could be asked; if not, nothing of this means anything
 */
public record XdpFeatures(int zeroCopySegments, Set<Hint> hints, boolean known) {
    private static final XdpFeatures UNKNOWN = new XdpFeatures(0, Set.of(), false);

    /**
     * Asks the kernel, which has told since Linux 6.3, and of hints and segments since 6.6.
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
        return new XdpFeatures(answer.zeroCopySegments(), hints, answer.tellsMetadata());
    }
}
