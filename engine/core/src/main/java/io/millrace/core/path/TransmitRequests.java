package io.millrace.core.path;

import static io.millrace.core.path.SlotRequest.CHECKSUM;
import static io.millrace.core.path.SlotRequest.LAUNCH;
import static io.millrace.core.path.SlotRequest.STAMP;

import io.millrace.spi.FrameMetadata;
import io.millrace.spi.FrameSink;
import io.millrace.spi.Offloads;
import io.millrace.spi.Port;
import io.millrace.statistics.PortCounter;
import java.util.stream.Stream;

/**
 * Carries out what stages ask for frames on their way out. What the port that sends can't do itself is handled here:
 *
 * <ul>
 *   <li>a checksum is computed in software, so that no frame leaves without one;
 *   <li>a transmit time is not reported, and the frame is counted as one without;
 *   <li>a frame with a launch time is refused, since it must not leave at another time.
 * </ul>
 *
 * Only the poller's thread may use this.
 */
final class TransmitRequests {
    private final FrameMetadata[] metadata;
    /** The ports' offloads, by the ports' ids; null for ports that send frames as they are. */
    private final Offloads[] offloads;

    private final int askable;
    private final SoftwareChecksum checksum = new SoftwareChecksum();

    /** @param ports the ports, by their ids, as the metadata */
    TransmitRequests(Port[] ports, FrameMetadata[] metadata) {
        this.metadata = metadata;
        this.offloads = Roles.byId(Offloads.class, ports);
        this.askable = Stream.of(Roles.having(Offloads.class, ports))
                .mapToInt(Offloads::askable)
                .reduce(0, (all, more) -> all | more);
    }

    /** Makes a slot with room for the details of what can be asked. */
    FrameSlot newSlot() {
        return new FrameSlot(askable == 0 ? null : new SlotRequest(askable));
    }

    /**
     * Queues a frame with requests.
     *
     * @param isMove whether it can leave by that port without a copy
     * @return as {@link FrameSink#transmit}
     */
    int transmit(FrameSlot frame, FrameSink out, boolean isMove) {
        int asked = frame.requests();
        int missing = asked & ~offloads(out.id());
        boolean hasChecksum = (asked & CHECKSUM) != 0;
        if ((missing & LAUNCH) != 0 || hasChecksum && !frame.request().checksumFits(frame.length())) {
            return FrameSink.UNSUITABLE;
        }
        // A copy may get other headers, so that the place of the checksum would no longer be right.
        boolean isComputed = hasChecksum && (!isMove || (missing & CHECKSUM) != 0);
        if (isComputed) {
            checksum.write(frame, metadata[frame.portId]);
            missing |= CHECKSUM;
        }
        frame.settle(missing);
        int outcome = queue(frame, out, isMove ? null : metadata[frame.portId]);
        if (outcome == FrameSink.TAKEN || outcome == FrameSink.HELD) {
            count(out, asked, missing);
        }
        return outcome;
    }

    private int queue(FrameSlot frame, FrameSink out, FrameMetadata copied) {
        Offloads port = offloads[out.id()];
        if (port != null) {
            return port.transmitRequested(frame, copied);
        }
        return copied == null ? out.transmit(frame) : out.transmitCopy(frame, copied);
    }

    /** What stages may ask for frames that leave by a port. */
    int offloads(int portId) {
        Offloads port = offloads[portId];
        return port == null ? 0 : port.offloads();
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
