package io.millrace.core.path;

import static io.millrace.core.path.SlotRequest.CHECKSUM;
import static io.millrace.core.path.SlotRequest.LAUNCH;
import static io.millrace.core.path.SlotRequest.STAMP;

import io.millrace.spi.FrameMetadata;
import io.millrace.spi.Port;
import io.millrace.statistics.PortCounter;
import java.util.stream.Stream;

/**
 * Sees to what stages ask for frames on their way out, whichever way that is. What the way out can't do itself:
 *
 * <ul>
 *   <li>a checksum is computed here, so that no frame leaves without;
 *   <li>a time of sending is not told, and the frame counts as one without;
 *   <li>a frame that is to leave at a point of time does not leave at another: it is refused.
 * </ul>
 *
 * Poller's thread only.
 */
final class TransmitRequests {
    private final FrameMetadata[] metadata;
    private final int askable;
    private final SoftwareChecksum checksum = new SoftwareChecksum();

    /** @param ports by their ids, as the facts */
    TransmitRequests(Port[] ports, FrameMetadata[] metadata) {
        this.metadata = metadata;
        this.askable = Stream.of(ports).mapToInt(Port::askable).reduce(0, (all, more) -> all | more);
    }

    /** A slot with room for what can be asked. */
    FrameSlot newSlot() {
        return new FrameSlot(askable == 0 ? null : new SlotRequest(askable));
    }

    /**
     * Queues a frame with requests.
     *
     * @param isMove whether it can leave by that port without a copy
     * @return as {@link Port#transmit}
     */
    int transmit(FrameSlot frame, Port out, boolean isMove) {
        int asked = frame.requests();
        int missing = asked & ~out.offloads();
        boolean hasChecksum = (asked & CHECKSUM) != 0;
        if ((missing & LAUNCH) != 0 || hasChecksum && !frame.request().checksumFits(frame.length())) {
            return Port.UNSUITABLE;
        }
        // A copy may get other headers, and what a checksum's place is counted from would be another.
        boolean isComputed = hasChecksum && (!isMove || (missing & CHECKSUM) != 0);
        if (isComputed) {
            checksum.write(frame, metadata[frame.portId]);
            missing |= CHECKSUM;
        }
        frame.settle(missing);
        int outcome = out.transmitRequested(frame, isMove ? null : metadata[frame.portId]);
        if (outcome == Port.TAKEN || outcome == Port.HELD) {
            count(out, asked, missing);
        }
        return outcome;
    }

    private static void count(Port out, int asked, int missing) {
        if ((asked & CHECKSUM) != 0) {
            out.counters()
                    .add(
                            (missing & CHECKSUM) != 0
                                    ? PortCounter.TX_CHECKSUMS_COMPUTED
                                    : PortCounter.TX_CHECKSUMS_OFFLOADED,
                            1);
        }
        if ((asked & LAUNCH) != 0) {
            out.counters().add(PortCounter.TX_LAUNCH_TIMES, 1);
        }
        if ((missing & STAMP) != 0) {
            out.counters().add(PortCounter.TX_UNSTAMPED, 1);
        }
    }
}
