package io.millrace.wire;

import org.agrona.DirectBuffer;

/**
 * A UDP header (RFC 768).
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+-------------------------------+
 *  |          Source port          |        Destination port       |
 *  +-------------------------------+-------------------------------+
 *  |             Length            |            Checksum           |
 *  +-------------------------------+-------------------------------+
 * </pre>
 *
 * <p>The length may exceed the bytes that are there: the first fragment of a datagram has the length of the whole
 * datagram.
 */
public final class UdpFlyweight extends HeaderFlyweight {
    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;
    private static final int LENGTH = 4;
    private static final int CHECKSUM = 6;
    private static final int HEADER_LENGTH = 8;

    /** Where the checksum is, in bytes from the start of the header. */
    public static final int CHECKSUM_OFFSET = CHECKSUM;

    /** Shows no header until it is wrapped. */
    public UdpFlyweight() {}

    @Override
    boolean isWhole(DirectBuffer bytes, int start, int length) {
        return length >= HEADER_LENGTH && u16(bytes, start + LENGTH) >= HEADER_LENGTH;
    }

    @Override
    public int headerLength() {
        return HEADER_LENGTH;
    }

    /** The length of the payload, as far as it is present. */
    @Override
    public int payloadLength() {
        return Math.min(length(), available()) - HEADER_LENGTH;
    }

    public int sourcePort() {
        return u16(SOURCE_PORT);
    }

    public int destinationPort() {
        return u16(DESTINATION_PORT);
    }

    /** Length of the datagram, header included. */
    public int length() {
        return u16(LENGTH);
    }

    /** The checksum; 0 if the sender made none, as IPv4 allows. */
    public int checksum() {
        return u16(CHECKSUM);
    }

    public void sourcePort(int port) {
        u16(SOURCE_PORT, port);
    }

    public void destinationPort(int port) {
        u16(DESTINATION_PORT, port);
    }

    public void length(int lengthBytes) {
        u16(LENGTH, lengthBytes);
    }

    /** Swaps the ports. The checksum stays valid, because a sum does not depend on the order of its parts. */
    public void swapPorts() {
        int source = sourcePort();
        sourcePort(destinationPort());
        destinationPort(source);
    }

    /**
     * Returns whether the checksum is right, or the sender made none.
     *
     * @param pseudoHeaderSum the sum of the IP header that the datagram came with
     */
    public boolean isChecksumValid(long pseudoHeaderSum) {
        return checksum() == 0 || InternetChecksum.fold(sum(pseudoHeaderSum)) == 0;
    }

    /**
     * Writes the checksum, after other fields or the payload were set.
     *
     * @param pseudoHeaderSum the sum of the IP header that the datagram leaves with
     */
    public void updateChecksum(long pseudoHeaderSum) {
        u16(CHECKSUM, 0);
        int checksum = InternetChecksum.fold(sum(pseudoHeaderSum));
        u16(CHECKSUM, checksum == 0 ? 0xffff : checksum);
    }

    /**
     * Writes what {@code Frame.offloadChecksum} needs in the checksum field: the sum of the pseudo header. The field's
     * offset from the header's start is {@link #CHECKSUM_OFFSET}.
     *
     * @param pseudoHeaderSum the sum of the IP header that the datagram leaves with
     */
    public void seedChecksum(long pseudoHeaderSum) {
        u16(CHECKSUM, ~InternetChecksum.fold(pseudoHeaderSum) & 0xffff);
    }

    /**
     * Finishes a checksum that the sender left to its network card ({@code CHECKSUM_PARTIAL} in the kernel's {@code
     * skbuff.h}): on a veth pair or a virtual machine's interface no card is in between, and the field holds the sum of
     * the pseudo header alone. Any other checksum stays as it is.
     *
     * @param pseudoHeaderSum the sum of the IP header that the datagram came with
     */
    public void completeChecksum(long pseudoHeaderSum) {
        if (checksum() == (~InternetChecksum.fold(pseudoHeaderSum) & 0xffff)) {
            updateChecksum(pseudoHeaderSum);
        }
    }

    private long sum(long pseudoHeaderSum) {
        return pseudoHeaderSum + InternetChecksum.sum(buffer(), offset(), HEADER_LENGTH + payloadLength());
    }

    @Override
    public String toString() {
        return "UDP{" + sourcePort() + " > " + destinationPort() + ", payload " + payloadLength() + "}";
    }
}
