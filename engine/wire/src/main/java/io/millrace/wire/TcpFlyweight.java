package io.millrace.wire;

import java.util.Locale;
import org.agrona.DirectBuffer;

/**
 * A TCP header with its options (RFC 9293).
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+-------------------------------+
 *  |          Source port          |        Destination port       |
 *  +-------------------------------+-------------------------------+
 *  |                        Sequence number                        |
 *  +---------------------------------------------------------------+
 *  |                     Acknowledgment number                     |
 *  +-------+-------+---------------+-------------------------------+
 *  |Length |  Rsv  |     Flags     |             Window            |
 *  +-------+-------+---------------+-------------------------------+
 *  |            Checksum           |         Urgent pointer        |
 *  +-------------------------------+-------------------------------+
 *  |                     Options, 0 to 40 bytes                    |
 *  +---------------------------------------------------------------+
 * </pre>
 */
public final class TcpFlyweight extends HeaderFlyweight {
    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;
    public static final int URG = 0x20;

    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;
    private static final int SEQUENCE = 4;
    private static final int ACKNOWLEDGMENT = 8;
    private static final int DATA_OFFSET = 12;
    private static final int FLAGS = 13;
    private static final int WINDOW = 14;
    private static final int CHECKSUM = 16;
    private static final int LEAST_LENGTH = 20;

    /** Where the checksum is, in bytes from the start of the header. */
    public static final int CHECKSUM_OFFSET = CHECKSUM;

    private int headerLength;

    /** Shows no header until it is wrapped. */
    public TcpFlyweight() {}

    @Override
    boolean isWhole(DirectBuffer bytes, int start, int length) {
        if (length < LEAST_LENGTH) {
            return false;
        }
        headerLength = (u8(bytes, start + DATA_OFFSET) >>> 4) * Integer.BYTES;
        return headerLength >= LEAST_LENGTH && headerLength <= length;
    }

    @Override
    public int headerLength() {
        return headerLength;
    }

    @Override
    public int payloadLength() {
        return available() - headerLength;
    }

    public int sourcePort() {
        return u16(SOURCE_PORT);
    }

    public int destinationPort() {
        return u16(DESTINATION_PORT);
    }

    /** Unsigned. */
    public long sequenceNumber() {
        return u32(SEQUENCE);
    }

    /** The acknowledgment number, unsigned; it is only valid if {@link #ACK} is set. */
    public long acknowledgmentNumber() {
        return u32(ACKNOWLEDGMENT);
    }

    /** The flags as they are in the header, among them {@link #SYN}. */
    public int flags() {
        return u8(FLAGS);
    }

    /** The window as it is in the header, not scaled. */
    public int window() {
        return u16(WINDOW);
    }

    public int checksum() {
        return u16(CHECKSUM);
    }

    public void sourcePort(int port) {
        u16(SOURCE_PORT, port);
    }

    public void destinationPort(int port) {
        u16(DESTINATION_PORT, port);
    }

    /** Swaps the ports. The checksum stays valid, because a sum does not depend on the order of its parts. */
    public void swapPorts() {
        int source = sourcePort();
        sourcePort(destinationPort());
        destinationPort(source);
    }

    /**
     * Returns whether the checksum is right.
     *
     * @param pseudoHeaderSum the sum of the IP header that the segment came with
     */
    public boolean isChecksumValid(long pseudoHeaderSum) {
        return InternetChecksum.fold(sum(pseudoHeaderSum)) == 0;
    }

    /**
     * Writes the checksum, after other fields or the payload were set.
     *
     * @param pseudoHeaderSum the sum of the IP header that the segment leaves with
     */
    public void updateChecksum(long pseudoHeaderSum) {
        u16(CHECKSUM, 0);
        u16(CHECKSUM, InternetChecksum.fold(sum(pseudoHeaderSum)));
    }

    /**
     * Writes what {@code Frame.offloadChecksum} needs in the checksum field: the sum of the pseudo header. The field's
     * offset from the header's start is {@link #CHECKSUM_OFFSET}.
     *
     * @param pseudoHeaderSum the sum of the IP header that the segment leaves with
     */
    public void seedChecksum(long pseudoHeaderSum) {
        u16(CHECKSUM, ~InternetChecksum.fold(pseudoHeaderSum) & 0xffff);
    }

    /**
     * Finishes a checksum that the sender left to its network card ({@code CHECKSUM_PARTIAL} in the kernel's {@code
     * skbuff.h}): on a veth pair or a virtual machine's interface no card is in between, and the field holds the sum of
     * the pseudo header alone. Any other checksum stays as it is.
     *
     * @param pseudoHeaderSum the sum of the IP header that the segment came with
     */
    public void completeChecksum(long pseudoHeaderSum) {
        if (checksum() == (~InternetChecksum.fold(pseudoHeaderSum) & 0xffff)) {
            updateChecksum(pseudoHeaderSum);
        }
    }

    private long sum(long pseudoHeaderSum) {
        return pseudoHeaderSum + InternetChecksum.sum(buffer(), offset(), available());
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "TCP{%d > %d, sequence %d, acknowledgment %d, flags 0x%02x, payload %d}",
                sourcePort(),
                destinationPort(),
                sequenceNumber(),
                acknowledgmentNumber(),
                flags(),
                payloadLength());
    }
}
