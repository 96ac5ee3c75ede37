package io.millrace.lab.conformance;

import io.millrace.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * An Ethernet frame of a protocol that no stack knows, with its sequence number in every word behind the header, as the
 * kernel's tests have it: whatever was cut, mixed or moved shows.
 */
final class ProbeFrame {
    /** IEEE's first EtherType for local experiments. */
    static final int ETHERTYPE = 0x88b5;
    /** The second one, for frames that no rule accepts. */
    static final int OTHER_ETHERTYPE = 0x88b6;

    static final int SHORTEST = 60;
    static final int HEADER = 14;
    private static final int ETHERTYPE_AT = 12;
    private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};

    private ProbeFrame() {}

    /** The broadcast address as the destination; {@link PacketSocket} writes the source. */
    static byte[] make(int sequence, int length) {
        return make(ETHERTYPE, sequence, length);
    }

    static byte[] make(int ethertype, int sequence, int length) {
        ByteBuffer frame = ByteBuffer.allocate(length);
        frame.put(BROADCAST).position(ETHERTYPE_AT).putShort((short) ethertype);
        while (frame.remaining() >= Integer.BYTES) {
            frame.putInt(sequence);
        }
        return frame.array();
    }

    /** The sequence number that a frame claims to have. */
    static int sequence(Frame frame) {
        return frame.buffer().getInt(HEADER, ByteOrder.BIG_ENDIAN);
    }

    /** Says what is wrong with a frame that was made with this number and length; null if nothing is. */
    static String problem(DirectBuffer bytes, int sequence, int length) {
        if (bytes.capacity() != length) {
            return "frame " + sequence + " has " + bytes.capacity() + " bytes instead of " + length;
        }
        for (int at = HEADER; at + Integer.BYTES <= length; at += Integer.BYTES) {
            int word = bytes.getInt(at, ByteOrder.BIG_ENDIAN);
            if (word != sequence) {
                return "frame " + sequence + " has " + word + " at byte " + at;
            }
        }
        return null;
    }
}
