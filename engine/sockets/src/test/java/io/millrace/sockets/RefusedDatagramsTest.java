package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ring.CompletionQueue;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of sends that the kernel refuses, in one piece or without a copy. */
class RefusedDatagramsTest extends DatagramSenderFixture {
    /** The kernel still has the send's memory when it says no: its block must not be used again before it lets go. */
    @Test
    void shouldSendRefusedDatagramsAgainOnceTheKernelHasLetGo() {
        open(DatagramSender.MOST_SEGMENTS, 0, 64);
        for (int i = 0; i < 3; i++) {
            send(1_000, ONE);
        }
        send(400, ONE);
        assertEquals(4, vectors(0));
        int refused = block(0);
        sender.onCompletion(refused, -EMSGSIZE, CompletionQueue.MORE);
        assertEquals(1, sender.underWay(), "nothing happens yet");
        send(900, OTHER);
        sender.onCompletion(refused, 0, CompletionQueue.NOTIFICATION);
        sender.closeOpen();
        assertEquals(5, sender.underWay());
        for (int i = 1; i <= 5; i++) {
            assertEquals(SEND_ZC, opcode(i));
            sender.onCompletion(block(i), 1, CompletionQueue.MORE);
            sender.onCompletion(block(i), 0, CompletionQueue.NOTIFICATION);
        }
        assertAllHome();
        assertEquals(5, count(PortCounter.TX_FRAMES));
        assertEquals(0, count(PortCounter.TX_FAILED));
        send(1_000, ONE);
        send(1_000, ONE);
        assertEquals(SEND_ZC, opcode(7), "segments of that length are not tried again");
        send(999, ONE);
        send(999, ONE);
        send(1_000, ELSEWHERE);
        send(1_000, ELSEWHERE);
        sender.closeOpen();
        assertEquals(2, vectors(8), "shorter ones may fit");
        assertEquals(2, vectors(9), "another host's route is another one");
    }

    @Test
    void shouldSendRefusedDatagramsAgainAtOnceWhenTheyWereCopied() {
        open(DatagramSender.MOST_SEGMENTS, NEVER, 64);
        send(1_000, ONE);
        send(1_000, ONE);
        send(10, ONE);
        sender.onCompletion(block(0), -EMSGSIZE, 0);
        assertEquals(3, sender.underWay(), "none of them is left open");
        for (int i = 1; i <= 3; i++) {
            assertEquals(SEND, opcode(i));
            sender.onCompletion(block(i), 1, 0);
        }
        assertAllHome();
        assertEquals(3, count(PortCounter.TX_FRAMES));
        assertEquals(2_010, count(PortCounter.TX_BYTES));
    }

    /** The frame that says which address they come from may be gone by the time that they are sent alone. */
    @Test
    void shouldSendRefusedDatagramsFromTheAddressOfTheirBatch() {
        open(DatagramSender.MOST_SEGMENTS, 500, 64);
        int local = 0x0a000001;
        for (int i = 0; i < 3; i++) {
            long frame = frames.take();
            umem.memory().set(ValueLayout.JAVA_INT_UNALIGNED, frame + 4, local);
            assertTrue(sender.send(frame + 48, 1_000, name(ONE), 0, frame));
        }
        sender.closeOpen();
        assertEquals(local, source(0, 24));
        umem.memory().fill((byte) 0);
        sender.onCompletion(block(0), -ENOMEM, 0);
        for (int i = 1; i <= 3; i++) {
            assertEquals(SENDMSG, opcode(i));
            assertEquals(local, source(i, 0));
            sender.onCompletion(block(i), 1_000, 0);
        }
        assertAllHome();
    }

    /** The address that a message is to come from, behind so many bytes of other ancillary data. */
    private int source(int i, int behind) {
        MemorySegment header = MemorySegment.ofAddress(entry(i, 16)).reinterpret(56);
        long control = header.get(ValueLayout.JAVA_LONG, 32);
        assertEquals(behind + 32, header.get(ValueLayout.JAVA_LONG, 40), "bytes of ancillary data");
        return MemorySegment.ofAddress(control + behind).reinterpret(32).get(ValueLayout.JAVA_INT, 16 + 4);
    }

    /** An address that nobody can be sent to says nothing of the route: its sends fail one by one, too. */
    @Test
    void shouldGoOnJoiningWhenDatagramsFailOneByOneToo() {
        open(DatagramSender.MOST_SEGMENTS, NEVER, 64);
        send(1_000, ONE);
        send(1_000, ONE);
        sender.closeOpen();
        sender.onCompletion(block(0), -EINVAL, 0);
        sender.onCompletion(block(1), -EINVAL, 0);
        sender.onCompletion(block(2), -EINVAL, 0);
        assertEquals(2, count(PortCounter.TX_FAILED));
        assertEquals(0, count(PortCounter.TX_FRAMES), "what failed is not sent");
        assertEquals(0, count(PortCounter.TX_BYTES));
        assertEquals(Map.of(EINVAL, 2L), counters.faultsByErrno(PortCounter.TX_FAILED));
        assertEquals("192.0.2.1:7000", counters.lastFault(PortCounter.TX_FAILED).peer());
        send(1_000, ONE);
        send(1_000, ONE);
        sender.closeOpen();
        assertEquals(2, vectors(3));
        sender.onCompletion(block(3), 2_000, 0);
        assertAllHome();
        assertEquals(2, count(PortCounter.TX_FRAMES));
        assertEquals(2_000, count(PortCounter.TX_BYTES));
    }

    /** What is locked at a time is limited for each user: then the memory is copied, and later sends are as before. */
    @Test
    void shouldCopyWhatTheKernelDoesNotTakeWithoutCopy() {
        open(DatagramSender.MOST_SEGMENTS, 500, 64);
        send(1_000, ONE);
        send(1_000, ONE);
        sender.closeOpen();
        assertEquals(SENDMSG_ZC, opcode(0));
        sender.onCompletion(block(0), -ENOMEM, 0);
        for (int i = 1; i <= 2; i++) {
            assertEquals(SEND, opcode(i));
        }
        sender.onCompletion(block(1), 1_000, 0);
        sender.onCompletion(block(2), -ENOMEM, 0);
        assertEquals(1, count(PortCounter.TX_FRAMES));
        assertEquals(1, count(PortCounter.TX_FAILED), "a copy is not tried again");
        assertAllHome();
        send(1_000, ONE);
        send(1_000, ONE);
        sender.closeOpen();
        assertEquals(SENDMSG_ZC, opcode(3), "neither alone nor with a copy");
        sender.onCompletion(block(3), 2_000, CompletionQueue.MORE);
        sender.onCompletion(block(3), 0, CompletionQueue.NOTIFICATION);
        assertAllHome();
    }

    /** Nothing is in its way but the port's own limit, which is what the log has to name. */
    @Test
    void shouldSendTheLastOfRefusedDatagramsWhereNoBlockIsFree() {
        open(DatagramSender.MOST_SEGMENTS, NEVER, 128);
        send(1_000, ONE);
        send(1_000, ONE);
        send(900, ONE);
        for (int i = 1; i < BLOCKS; i++) {
            send(1_500, OTHER);
        }
        assertEquals(0, blocks.available());
        sender.onCompletion(block(0), -EMSGSIZE, 0);
        assertEquals(2, count(PortCounter.TX_FAILED));
        assertTrue(sender.advice(0).contains("raise the port's sends"), sender.advice(0));
        assertEquals(block(0), block(BLOCKS));
        assertEquals(900, (int) entry(BLOCKS, 24));
        for (int i = 1; i <= BLOCKS; i++) {
            sender.onCompletion(block(i), 1, 0);
        }
        assertAllHome();
        assertEquals(BLOCKS, count(PortCounter.TX_FRAMES));
    }
}
