package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Packets that span frames: their links, and who finds them. */
class SegmentChainsTest {
    private static final int FRAMES = 8;
    private static final int FRAME_SIZE = 2048;
    private static final int HEADROOM = 256;

    private final Arena arena = Arena.ofConfined();
    private final Umem umem = Umem.over(arena.allocate(FRAMES * FRAME_SIZE, 4096), FRAME_SIZE);
    private final FramePool pool = new FramePool(umem);
    private final SegmentChains chains = new SegmentChains(umem);

    @AfterEach
    void close() {
        arena.close();
    }

    /** A packet in so many frames, with 100 bytes in the second, 101 in the third and so on. */
    private long packet(int segments) {
        long head = pool.take() + HEADROOM;
        long last = head;
        for (int i = 1; i < segments; i++) {
            long next = pool.take() + HEADROOM;
            chains.append(last, next, 99 + i);
            last = next;
        }
        return head;
    }

    @Test
    void shouldFindNothingBehindPacketInOneFrame() {
        long head = packet(1);
        assertFalse(chains.follows(head));
        assertEquals(SegmentChains.NONE, chains.next(head));
        assertEquals(1, chains.count(head));
        assertEquals(0, chains.lengthBehind(head));
        chains.release(head, pool);
        assertEquals(FRAMES, pool.available());
    }

    @Test
    void shouldWalkSegmentsInOrderFromAnyAddressInTheHead() {
        long head = packet(4);
        assertTrue(chains.follows(head + 17));
        assertEquals(4, chains.count(head));
        assertEquals(100 + 101 + 102, chains.lengthBehind(head));
        assertEquals(3, chains.following());
        long link = chains.next(umem.frameAddress(head));
        for (int i = 1; i < 4; i++) {
            assertEquals((long) i * FRAME_SIZE + HEADROOM, SegmentChains.address(link));
            assertEquals(99 + i, SegmentChains.length(link));
            link = chains.next(SegmentChains.address(link));
        }
        assertEquals(SegmentChains.NONE, link);
    }

    @Test
    void shouldGiveBackEveryFrameOnceAndForgetTheLinks() {
        long head = packet(5);
        long other = packet(2);
        chains.release(head, pool);
        assertEquals(FRAMES - 2, pool.available());
        assertEquals(1, chains.following());
        assertFalse(chains.follows(head));
        chains.release(other, pool);
        FrameAudit audit = new FrameAudit(umem);
        audit.add(pool);
        assertTrue(audit.balanced(), audit::toString);
        assertEquals(0, chains.following());
        for (int i = 0; i < FRAMES; i++) {
            assertFalse(chains.follows((long) i * FRAME_SIZE));
        }
    }

    @Test
    void shouldShortenPacketAndGiveBackWhatIsEmpty() {
        long head = packet(5); // 100, 101, 102, 103 bytes behind the head
        chains.shorten(head, 100 + 7);
        assertEquals(3, chains.count(head));
        assertEquals(107, chains.lengthBehind(head));
        assertEquals(4, chains.following(), "they stay with the packet until it is trimmed");
        chains.trim(head, pool);
        assertEquals(2, chains.following());
        assertEquals(FRAMES - 3, pool.available());
        chains.trim(head, pool);
        chains.shorten(head, 100);
        assertEquals(2, chains.count(head));
        chains.shorten(head, 0);
        assertEquals(1, chains.count(head));
        chains.trim(head, pool);
        assertFalse(chains.follows(head));
        chains.release(head, pool);
        FrameAudit audit = new FrameAudit(umem);
        audit.add(pool);
        assertTrue(audit.balanced(), audit::toString);
    }

    @Test
    void shouldGiveBackWhatIsEmptyWithTheRest() {
        long head = packet(5);
        chains.shorten(head, 1);
        chains.release(head, pool);
        assertEquals(FRAMES, pool.available());
        assertEquals(0, chains.following());
    }

    @Test
    void shouldKeepTheLargestAddressAndLength() {
        long largest = (1L << 48) - 1;
        chains.append(0, largest, 65_535);
        assertEquals(largest, SegmentChains.address(chains.next(0)));
        assertEquals(65_535, SegmentChains.length(chains.next(0)));
    }

    @Test
    void shouldFindTheSegmentsOfWhatStagesAndLeasesHold() {
        long head = packet(3);
        long kept = packet(2);
        FrameAudit audit = new FrameAudit(umem);
        audit.add(chains);
        audit.add(pool);
        audit.found(FrameAudit.Place.STAGE, head);
        audit.found(FrameAudit.Place.LEASE, kept);
        assertTrue(audit.balanced(), audit::toString);
        assertEquals(1, audit.count(FrameAudit.Place.STAGE));
        assertEquals(1, audit.count(FrameAudit.Place.LEASE));
        assertEquals(3, audit.count(FrameAudit.Place.SEGMENT));
    }

    @Test
    void shouldReportSegmentThatIsElsewhereToo() {
        long head = packet(2);
        FrameAudit audit = new FrameAudit(umem);
        audit.add(chains);
        audit.add(pool);
        audit.found(FrameAudit.Place.STAGE, head);
        audit.found(FrameAudit.Place.TX_RING, SegmentChains.address(chains.next(head)));
        assertEquals(1, audit.duplicates(), audit::toString);
    }

    @Test
    void shouldEndAuditOfLinksThatRunInCircle() {
        long head = packet(2);
        chains.append(SegmentChains.address(chains.next(head)), head, 1);
        FrameAudit audit = new FrameAudit(umem);
        audit.add(chains);
        audit.found(FrameAudit.Place.STAGE, head);
        assertTrue(audit.duplicates() > 0, audit::toString);
    }
}
