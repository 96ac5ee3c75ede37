package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.wire.EthernetFlyweight;
import io.millrace.wire.Ipv4Flyweight;
import io.millrace.wire.UdpFlyweight;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.MutableDirectBuffer;

/**
 * Turns a datagram round, adds one to each byte of its payload in the first segment, and leaves the checksum to the
 * way out.
 */
final class ChecksumAnswer implements Stage {
    private final EthernetFlyweight ethernet = new EthernetFlyweight();
    private final Ipv4Flyweight ip = new Ipv4Flyweight();
    private final UdpFlyweight udp = new UdpFlyweight();
    private final int odd;
    private final AtomicLong next;
    private volatile int changed;

    /** @param odd the number of bytes to move the frame's start by, so that it is where no kernel puts it */
    ChecksumAnswer(int odd) {
        this(odd, new AtomicLong());
    }

    /** @param next cookie, of several stages */
    ChecksumAnswer(int odd, AtomicLong next) {
        this.odd = odd;
        this.next = next;
    }

    /** How many bytes of the last datagram's payload it changed. */
    int changed() {
        return changed;
    }

    @Override
    public void onFrame(Frame frame) {
        if (odd > 0) {
            byte[] bytes = new byte[frame.length()];
            frame.buffer().getBytes(0, bytes);
            frame.prepend(odd);
            frame.buffer().putBytes(0, bytes);
            frame.length(bytes.length);
        }
        MutableDirectBuffer buffer = frame.buffer();
        assertTrue(ethernet.wrap(buffer, 0, frame.length()));
        assertTrue(ip.wrap(buffer, ethernet.payloadOffset(), frame.totalLength() - ethernet.payloadOffset()));
        assertTrue(udp.wrap(buffer, ip.payloadOffset(), ip.payloadLength()));
        ethernet.swapAddresses();
        ip.swapAddresses();
        udp.swapPorts();
        for (int i = udp.payloadOffset(); i < frame.length(); i++) {
            buffer.putByte(i, (byte) (buffer.getByte(i) + 1));
        }
        changed = frame.length() - udp.payloadOffset();
        udp.seedChecksum(ip.pseudoHeaderSum());
        frame.offloadChecksum(udp.offset(), UdpFlyweight.CHECKSUM_OFFSET);
        frame.stampTransmit(next.getAndIncrement());
    }
}
