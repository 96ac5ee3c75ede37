package io.millrace.core.stage;

import io.millrace.Frame;
import io.millrace.FrameKind;
import io.millrace.Stage;
import org.agrona.MutableDirectBuffer;

/**
 * {@code reflect} with {@code swap = macs}: sends a frame back to the station that it came from and looks at nothing
 * above Ethernet, as a reflector for measurements of links (RFC 2544) does. A checksum that the sender left to its
 * network card is not finished. A frame without a whole Ethernet header is dropped unchanged.
 *
 * <p>A frame of a socket port is sent back to its sender.
 */
final class SwapMacsStage implements Stage {
    @Override
    public void onFrame(Frame frame) {
        if (frame.kind() != FrameKind.ETHERNET) {
            frame.turnRound();
            return;
        }
        MutableDirectBuffer buffer = frame.buffer();
        if (buffer.capacity() < MacAddresses.ETHERNET_HEADER_LENGTH) {
            frame.drop();
        } else {
            MacAddresses.swap(buffer);
        }
    }
}
