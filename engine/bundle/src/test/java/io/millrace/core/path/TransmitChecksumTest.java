package io.millrace.core.path;

import static io.millrace.xdp.TransmitOffload.CHECKSUM;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Stage;
import io.millrace.afxdp.CrankedPort;
import io.millrace.afxdp.CrankedPort.Asked;
import io.millrace.afxdp.CrankedPort.Offer;
import io.millrace.bindings.xdp.xdp_h;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Checksums that stages leave to the way out: right at the end whichever way that is. */
@Timeout(30)
class TransmitChecksumTest {
    private static final int START = 34;
    private static final int OFFSET = 6;
    private static final int SEED = 0x1234;

    private final Arena arena = Arena.ofConfined();
    private final Random random = new Random(7);

    @AfterEach
    void close() {
        arena.close();
    }

    private CrankedPort software(int maxSegments) {
        return CrankedPort.offering(arena, 0, maxSegments, Offer.software((cookie, timeNs) -> {}, CHECKSUM));
    }

    private static final Stage LEAVE = frame -> {
        frame.offloadChecksum(START, OFFSET);
        frame.forward(0);
    };

    /** Random bytes with the seed in the checksum's place. */
    private byte[] frame(int length) {
        byte[] frame = new byte[length];
        random.nextBytes(frame);
        frame[START + OFFSET] = SEED >>> 8;
        frame[START + OFFSET + 1] = SEED & 0xff;
        return frame;
    }

    /** Computes the checksum by its definition, word by word. */
    private static int checksum(byte[] frame, int start) {
        int sum = 0;
        for (int i = start; i < frame.length; i += 2) {
            sum += (frame[i] & 0xff) << 8 | (i + 1 < frame.length ? frame[i + 1] & 0xff : 0);
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum == 0xffff ? 0xffff : ~sum & 0xffff;
    }

    private static byte[] finished(byte[] frame, int start, int offset) {
        byte[] finished = frame.clone();
        int checksum = checksum(frame, start);
        finished[start + offset] = (byte) (checksum >>> 8);
        finished[start + offset + 1] = (byte) checksum;
        return finished;
    }

    @Test
    void shouldComputeWhatTheKernelWouldLeaveToTheDriver() {
        CrankedPort port = software(1);
        Crank crank = Crank.inline(port, LEAVE);
        for (int length = START + OFFSET + 2; length < 1_500; length += 13) {
            byte[] frame = frame(length);
            port.arrive(frame);
            crank.turn();
            Asked sent = port.sendAsked(() -> 0).getFirst();
            assertArrayEquals(finished(frame, START, OFFSET), sent.bytes());
            assertEquals(0, sent.options());
            crank.turn();
        }
        assertEquals(port.count(PortCounter.TX_FRAMES), port.count(PortCounter.TX_CHECKSUMS_COMPUTED));
        assertEquals(0, crank.failures.size());
        assertTrue(port.audit().balanced());
    }

    /** 0 would say that there is none. */
    @Test
    void shouldWriteOnesForASumOfNothing() {
        CrankedPort port = software(1);
        Crank crank = Crank.inline(port, LEAVE);
        byte[] frame = new byte[64];
        frame[START] = (byte) 0xff;
        frame[START + 1] = (byte) 0xff;
        port.arrive(frame);
        crank.turn();
        byte[] sent = port.send().getFirst().bytes();
        assertEquals((byte) 0xff, sent[START + OFFSET]);
        assertEquals((byte) 0xff, sent[START + OFFSET + 1]);
    }

    /** Segments of odd lengths put the bytes of the next one into the other halves of words. */
    @Test
    void shouldSumOverSegmentsOfAnyLength() {
        CrankedPort port = software(8);
        Crank crank = Crank.inline(port, LEAVE);
        for (int piece : new int[] {61, 64, 97, 100, 101}) {
            for (int length = 64; length < 400; length += 11) {
                byte[] frame = frame(length);
                port.arrive(frame, piece);
                crank.turn();
                assertArrayEquals(
                        finished(frame, START, OFFSET), port.sendWhole().getFirst());
                crank.turn();
            }
        }
        assertTrue(port.audit().balanced());
    }

    @Test
    void shouldComputeForPortThatDoesNothingOfTheKind() {
        CrankedPort home = CrankedPort.offering(arena, 0, 1, Offer.driver((cookie, timeNs) -> {}, CHECKSUM));
        CrankedPort out = new CrankedPort(arena, 1, 32, 16, 8);
        Crank crank = new Crank(16, home, out).inline(frame -> {
            frame.offloadChecksum(START, OFFSET);
            frame.forward(1);
        });
        byte[] frame = frame(99);
        home.arrive(frame);
        crank.turn();
        assertArrayEquals(finished(frame, START, OFFSET), out.send().getFirst().bytes());
        assertEquals(1, out.count(PortCounter.TX_CHECKSUMS_COMPUTED));
        assertEquals(0, home.count(PortCounter.TX_CHECKSUMS_COMPUTED));
    }

    @Test
    void shouldComputeForACopyEvenWhereTheDriverCould() {
        CrankedPort home = new CrankedPort(arena, 0, 32, 16, 8);
        CrankedPort out = CrankedPort.offering(arena, 1, 1, Offer.driver((cookie, timeNs) -> {}, CHECKSUM));
        Crank crank = new Crank(16, home, out).inline(frame -> {
            frame.offloadChecksum(START, OFFSET);
            frame.forward(1);
        });
        byte[] frame = frame(101);
        home.arrive(frame);
        crank.turn();
        Asked sent = out.sendAsked(() -> 0).getFirst();
        assertArrayEquals(finished(frame, START, OFFSET), sent.bytes());
        assertEquals(0, sent.flags());
    }

    @Test
    void shouldLeaveItToTheDriverThatCan() {
        CrankedPort port = CrankedPort.offering(arena, 0, 4, Offer.driver((cookie, timeNs) -> {}, CHECKSUM));
        Crank crank = Crank.inline(port, LEAVE);
        byte[] frame = frame(250);
        port.arrive(frame, 100);
        crank.turn();
        List<Asked> sent = port.sendAsked(() -> 0);
        assertEquals(3, sent.size());
        assertEquals(xdp_h.XDP_TXMD_FLAGS_CHECKSUM(), sent.getFirst().flags());
        assertEquals(START, sent.getFirst().checksumStart());
        assertEquals(OFFSET, sent.getFirst().checksumOffset());
        assertEquals(SEED >>> 8, sent.getFirst().bytes()[START + OFFSET]);
        assertEquals(0, sent.get(1).flags() | sent.get(2).flags());
        assertEquals(1, port.count(PortCounter.TX_CHECKSUMS_OFFLOADED));
    }

    @Test
    void shouldFollowTheStartOfTheFrame() {
        CrankedPort port = software(1);
        Crank crank = Crank.inline(port, LEAVE, frame -> {
            frame.prepend(20);
            frame.buffer().setMemory(0, 20, (byte) 0x55);
            frame.trimFront(7);
        });
        byte[] frame = frame(80);
        port.arrive(frame);
        crank.turn();
        byte[] expected = new byte[93];
        Arrays.fill(expected, 0, 13, (byte) 0x55);
        System.arraycopy(finished(frame, START, OFFSET), 0, expected, 13, 80);
        assertArrayEquals(expected, port.send().getFirst().bytes());
    }

    @Test
    void shouldComputeOverWhatIsLeftOfTheFrame() {
        CrankedPort port = software(1);
        Crank crank = Crank.inline(port, LEAVE, frame -> frame.length(60));
        byte[] frame = frame(80);
        port.arrive(frame);
        crank.turn();
        assertArrayEquals(
                finished(Arrays.copyOf(frame, 60), START, OFFSET),
                port.send().getFirst().bytes());
    }

    /** The kernel would stop at such a frame, and send nothing any more. */
    @Test
    void shouldNotSendFrameThatHasLostThePlaceOfItsChecksum() {
        for (Offer offer : List.of(
                Offer.software((cookie, timeNs) -> {}, CHECKSUM), Offer.driver((cookie, timeNs) -> {}, CHECKSUM))) {
            CrankedPort port = CrankedPort.offering(arena, 0, 1, offer);
            Crank crank = Crank.inline(port, LEAVE, frame -> {
                if (frame.buffer().getByte(0) == 0) {
                    frame.length(START + OFFSET + 1);
                } else {
                    frame.trimFront(START + 1);
                }
            });
            port.arrive(2, 0);
            crank.turn();
            assertEquals(0, port.send().size());
            assertEquals(2, port.count(PortCounter.DROPPED_INVALID));
            assertTrue(port.audit().balanced());
        }
    }

    @Test
    void shouldRefusePlacesOutsideTheFrame() {
        int[][] places = {
            {-1, 0}, {0, -1}, {0, 63}, {63, 0}, {62, 1}, {64, 0}, {Integer.MAX_VALUE, 6}, {6, Integer.MAX_VALUE}
        };
        CrankedPort port = software(1);
        int[] next = {0};
        Crank crank = Crank.inline(port, frame -> frame.offloadChecksum(places[next[0]][0], places[next[0]++][1]));
        for (int i = 0; i < places.length; i++) {
            port.arrive(1, 0);
            crank.turn();
        }
        assertEquals(places.length, crank.failures.size());
        crank.failures.forEach(failure -> assertInstanceOf(IllegalArgumentException.class, failure));
        Crank fits = Crank.inline(port, frame -> frame.offloadChecksum(62, 0));
        port.arrive(1, 0);
        fits.turn();
        assertEquals(List.of(), fits.failures);
    }
}
