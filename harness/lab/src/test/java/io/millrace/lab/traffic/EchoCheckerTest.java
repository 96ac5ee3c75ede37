package io.millrace.lab.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.wire.InternetChecksum;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Echoes made by hand, right ones and wrong ones: every byte of a frame is looked at. */
class EchoCheckerTest {
    private static final int LENGTH = 128;
    private static final long FRAME = 2_048; // somewhere in the memory, as in a UMEM
    private static final long SENT = 1_000;
    private static final long SENT_AT_NS = 5_000_000_000L;
    private static final long NOW_NS = SENT_AT_NS + 12_000;

    private final MemorySegment memory = Arena.ofAuto().allocate(3 * FRAME, Long.BYTES);
    private FrameTemplate template = template("10.99.0.1", "10.99.0.2", LENGTH);
    private final EchoTally tally = new EchoTally();
    private EchoChecker checker = new EchoChecker(template, EchoForm.SWAPPED, Arena.ofAuto(), tally);

    private static FrameTemplate template(String source, String destination, int length) {
        try {
            return FrameTemplate.udp()
                    .macs("02:00:00:00:00:0a", "02:00:00:00:00:0b")
                    .ips(InetAddress.getByName(source), InetAddress.getByName(destination))
                    .ports(5_000, 9_000)
                    .length(length)
                    .build();
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** The echo of a frame, headers swapped by index and not by the code under test. */
    private void echo(long sequence, int addressesAt, int addressLength) {
        byte[] sent = template.bytes();
        MemorySegment.copy(sent, 0, memory, ValueLayout.JAVA_BYTE, FRAME, sent.length);
        FrameStamp.timed(template).write(memory, FRAME, sequence, SENT_AT_NS);
        swap(0, 6);
        swap(addressesAt, addressLength);
        swap(addressesAt + 2 * addressLength, 2);
    }

    private void echo(long sequence) {
        echo(sequence, 26, 4);
    }

    private void swap(int at, int length) {
        byte[] first = memory.asSlice(FRAME + at, length).toArray(ValueLayout.JAVA_BYTE);
        MemorySegment.copy(memory, FRAME + at + length, memory, FRAME + at, length);
        MemorySegment.copy(first, 0, memory, ValueLayout.JAVA_BYTE, FRAME + at + length, length);
    }

    private void check() {
        checker.check(memory, FRAME, template.lengthBytes(), SENT, NOW_NS);
    }

    private void assertCounts(long received, long corrupted, long duplicated) {
        assertEquals(received, tally.received(), "received");
        assertEquals(corrupted, tally.corrupted(), "corrupted");
        assertEquals(duplicated, tally.duplicated(), "duplicated");
    }

    @Test
    void shouldReceiveRightEchoAndRecordItsRoundTrip() {
        echo(7);
        check();
        assertCounts(1, 0, 0);
        assertEquals(7, tally.highest());
        assertEquals(12_000, tally.roundTrips().getMaxValue(), 12);
        assertEquals(1, tally.latest(null).getTotalCount());
    }

    @Test
    void shouldReceiveEchoOverIpv6() {
        template = template("fd00:99::1", "fd00:99::2", 82);
        checker = new EchoChecker(template, EchoForm.SWAPPED, Arena.ofAuto(), tally);
        echo(7, 22, 16);
        check();
        assertCounts(1, 0, 0);
    }

    @Test
    void shouldReceiveEchoWhoseEthernetAddressesAloneWereSwapped() {
        checker = new EchoChecker(template, EchoForm.MACS_SWAPPED, Arena.ofAuto(), tally);
        echo(7);
        check();
        assertCounts(0, 1, 0);
        swap(26, 4);
        swap(34, 2);
        check();
        assertCounts(1, 1, 0);
    }

    @Test
    void shouldLookAtPortsAndPayloadAloneOfWhatComesFromASocket() {
        checker = new EchoChecker(template, EchoForm.FROM_SOCKET, Arena.ofAuto(), tally);
        echo(7);
        memory.set(ValueLayout.JAVA_BYTE, FRAME + 22, (byte) 1); // time to live
        check();
        assertCounts(1, 0, 0);
        echo(8);
        memory.set(ValueLayout.JAVA_BYTE, FRAME + 35, (byte) 1); // a port
        check();
        assertCounts(1, 1, 0);
    }

    @Test
    void shouldRecordDelaysFromWhenAMessageWasDue() {
        tally.recordFrom(6);
        tally.dueFrom(NOW_NS - 100_000, 30_000);
        echo(7);
        check();
        assertEquals(12_000, tally.roundTrips().getMaxValue(), 12);
        assertEquals(70_000, tally.delays().getMaxValue(), 70);
    }

    @Test
    void shouldRecordNoDelaysOfWhatIsDueAtNoTime() {
        echo(7);
        check();
        assertEquals(0, tally.delays().getTotalCount());
    }

    static IntStream bytes() {
        return IntStream.range(0, LENGTH);
    }

    @ParameterizedTest
    @MethodSource("bytes")
    void shouldNoticeChangeOfAnyByte(int at) {
        echo(7);
        memory.set(ValueLayout.JAVA_BYTE, FRAME + at, (byte) (memory.get(ValueLayout.JAVA_BYTE, FRAME + at) ^ 1));
        check();
        assertCounts(0, 1, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {LENGTH - 1, LENGTH + 1, 0, 2_048})
    void shouldNoticeOtherLength(int length) {
        echo(7);
        checker.check(memory, FRAME, length, SENT, NOW_NS);
        assertCounts(0, 1, 0);
    }

    @Test
    void shouldNoticeFrameThatCameBackAsItWasSent() {
        MemorySegment.copy(template.bytes(), 0, memory, ValueLayout.JAVA_BYTE, FRAME, LENGTH);
        FrameStamp.timed(template).write(memory, FRAME, 7, SENT_AT_NS);
        check();
        assertCounts(0, 1, 0);
    }

    @Test
    void shouldNoticePayloadOfAnotherFrame() {
        echo(8);
        byte[] stamp = memory.asSlice(FRAME + 42, 8).toArray(ValueLayout.JAVA_BYTE);
        echo(7);
        MemorySegment.copy(stamp, 0, memory, ValueLayout.JAVA_BYTE, FRAME + 42, stamp.length);
        check();
        assertCounts(0, 1, 0);
    }

    @Test
    void shouldNoticeDuplicate() {
        echo(7);
        check();
        check();
        check();
        assertCounts(1, 0, 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {SENT, SENT + 1, -1, Long.MAX_VALUE})
    void shouldNoticeSequenceNumberThatWasNeverSent(long sequence) {
        echo(sequence);
        check();
        assertCounts(0, 1, 0);
    }

    @Test
    void shouldNotRecordRoundTripsOfTheWarmUp() {
        tally.recordFrom(8);
        echo(7);
        check();
        echo(8);
        check();
        assertCounts(2, 0, 0);
        assertEquals(1, tally.roundTrips().getTotalCount());
        assertEquals(2, tally.latest(null).getTotalCount());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 0xffff, 0x1_0000, 123_456_789, Long.MAX_VALUE})
    void shouldStampValidUdpChecksums(long sequence) {
        for (int length : new int[] {62, 63, LENGTH}) {
            FrameTemplate sent = template("10.99.0.1", "10.99.0.2", length);
            MemorySegment.copy(sent.bytes(), 0, memory, ValueLayout.JAVA_BYTE, FRAME, length);
            FrameStamp.timed(sent).write(memory, FRAME, sequence, SENT_AT_NS + sequence);
            assertEquals(0, udpChecksum(length), length + " bytes, timed");
            MemorySegment.copy(sent.bytes(), 0, memory, ValueLayout.JAVA_BYTE, FRAME, length);
            FrameStamp.sequenced(sent).write(memory, FRAME, sequence, 0);
            assertEquals(0, udpChecksum(length), length + " bytes, with a sequence number");
        }
    }

    /** Over IPv4 addresses, protocol, length and the datagram: 0 when the checksum in it is right. */
    private int udpChecksum(int length) {
        UnsafeBuffer buffer = new UnsafeBuffer(memory.asSlice(FRAME, length).toArray(ValueLayout.JAVA_BYTE));
        return InternetChecksum.fold(InternetChecksum.sum(buffer, 26, 8)
                + 17
                + (length - 34)
                + InternetChecksum.sum(buffer, 34, length - 34));
    }

    @Test
    void shouldRefuseTemplateWithoutRoom() {
        FrameTemplate small = template("10.99.0.1", "10.99.0.2", 61);
        IllegalArgumentException failure = assertThrows(IllegalArgumentException.class, () -> FrameStamp.timed(small));
        assertTrue(failure.getMessage().contains("choose 62 or more"), failure.getMessage());
    }

    @Test
    void shouldAllocateNothingForFrames() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        FrameStamp stamp = FrameStamp.timed(template);
        echo(0);
        checkMany(stamp, 0, 200_000); // until it is compiled
        long before = threads.getCurrentThreadAllocatedBytes();
        checkMany(stamp, 200_000, 500_000);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertCounts(500_000, 0, 0);
        assertTrue(allocated < 10_000, allocated + " bytes for 300,000 frames");
    }

    private void checkMany(FrameStamp stamp, long from, long to) {
        for (long sequence = from; sequence < to; sequence++) {
            stamp.write(memory, FRAME, sequence, SENT_AT_NS);
            checker.check(memory, FRAME, LENGTH, to, NOW_NS);
        }
    }
}
