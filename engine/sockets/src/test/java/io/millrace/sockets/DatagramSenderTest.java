package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ring.CompletionQueue;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** What a port asks of the kernel to send, and what becomes of each answer, made up by the test. */
class DatagramSenderTest extends DatagramSenderFixture {
    @Test
    void shouldSendOneByOneToAddresses() {
        open(1, NEVER, 64);
        long frame = send(100, ONE);
        send(100, ONE);
        assertEquals(SEND, opcode(0));
        assertEquals(5, (int) (entry(0, 0) >> 32), "the registered socket");
        assertEquals(1, (int) (entry(0, 0) >> 8) & 0xff, "IOSQE_FIXED_FILE");
        assertEquals(umem.baseAddress() + frame + 48, entry(0, 16));
        assertEquals(100, (int) entry(0, 24));
        assertEquals(16, entry(0, 44) & 0xffff, "the address's length");
        assertEquals(
                ONE,
                SocketAddresses.toObject(MemorySegment.ofAddress(entry(0, 8)).reinterpret(16)));
        assertEquals(2, sender.underWay());
        sender.onCompletion(block(1), 100, 0);
        sender.onCompletion(block(0), 100, 0);
        assertAllHome();
        assertEquals(2, count(PortCounter.TX_FRAMES));
        assertEquals(200, count(PortCounter.TX_BYTES));
    }

    @Test
    void shouldJoinDatagramsOfOneLengthToOneAddress() {
        open(DatagramSender.MOST_SEGMENTS, NEVER, 64);
        for (int i = 0; i < 5; i++) {
            send(100, ONE);
        }
        send(60, ONE); // the last of them
        send(100, ONE);
        send(100, OTHER);
        send(101, OTHER);
        send(0, OTHER);
        send(1_500, OTHER);
        send(1_500, OTHER);
        sender.closeOpen();
        assertEquals(SENDMSG, opcode(0));
        assertEquals(6, vectors(0));
        long header = entry(0, 16);
        long control = MemorySegment.ofAddress(header).reinterpret(56).get(ValueLayout.JAVA_LONG, 32);
        MemorySegment message = MemorySegment.ofAddress(control).reinterpret(24);
        assertEquals(18, message.get(ValueLayout.JAVA_LONG, 0));
        assertEquals(17, message.get(ValueLayout.JAVA_INT, 8), "IPPROTO_UDP");
        assertEquals(103, message.get(ValueLayout.JAVA_INT, 12), "UDP_SEGMENT");
        assertEquals(100, message.get(ValueLayout.JAVA_SHORT, 16));
        int[] lengths = {100, 100, 101, 0, 1_500, 1_500};
        for (int i = 0; i < lengths.length; i++) {
            assertEquals(SEND, opcode(i + 1), "alone, of " + lengths[i]);
            assertEquals(lengths[i], (int) entry(i + 1, 24));
        }
        assertEquals(6, count(PortCounter.TX_SEGMENTED));
        for (int i = 0; i < 7; i++) {
            sender.onCompletion(block(i), 1, 0);
        }
        assertAllHome();
        assertEquals(12, count(PortCounter.TX_FRAMES));
    }

    @Test
    void shouldJoinAsManyAsTheKernelTakes() {
        open(DatagramSender.MOST_SEGMENTS, NEVER, 64);
        for (int i = 0; i < 100; i++) {
            send(10, ONE);
        }
        sender.closeOpen();
        assertEquals(64, vectors(0));
        assertEquals(36, vectors(1));
        for (int i = 0; i < 100; i++) {
            send(1_400, ONE);
        }
        sender.closeOpen();
        assertEquals(46, vectors(2), "64 KiB");
    }

    /** A packet without a copy has 17 pages: here two datagrams share one. */
    @Test
    void shouldJoinNoMoreThanPacketHasPagesFor() {
        open(DatagramSender.MOST_SEGMENTS, 0, 64);
        for (int i = 0; i < 40; i++) {
            send(1_000, ONE);
        }
        sender.closeOpen();
        assertEquals(SENDMSG_ZC, opcode(0));
        assertEquals(17, vectors(0));
        assertEquals(17, vectors(1));
        assertEquals(6, vectors(2));
        assertEquals(40, count(PortCounter.TX_ZERO_COPY));
    }

    /** The length of a frame decides, not that of what it is joined with. */
    @Test
    void shouldCopyWhatIsShort() {
        open(DatagramSender.MOST_SEGMENTS, 500, 64);
        for (int i = 0; i < 20; i++) {
            send(500, ONE);
        }
        send(501, ONE);
        sender.closeOpen();
        assertEquals(SENDMSG, opcode(0));
        assertEquals(SEND_ZC, opcode(1));
        assertEquals(1 << 2 | 1 << 3, priority(1), "from registered memory, and tell whether it was copied");
        assertEquals(6, (int) entry(1, 40) & 0xffff, "which memory");
    }

    @Test
    void shouldHoldFramesUntilTheirNotification() {
        open(1, 0, 64);
        send(100, ONE);
        sender.onCompletion(block(0), 100, CompletionQueue.MORE);
        assertEquals(FRAMES - 1, free());
        assertEquals(1, sender.underWay());
        sender.onCompletion(block(0), CompletionQueue.ZERO_COPY_COPIED, CompletionQueue.NOTIFICATION);
        assertAllHome();
        assertEquals(1, count(PortCounter.TX_ZERO_COPY_COPIED));
    }

    @Test
    void shouldCountWhatTheKernelDoesNotSend() {
        open(DatagramSender.MOST_SEGMENTS, NEVER, 64);
        send(100, ONE);
        send(100, ONE);
        sender.closeOpen();
        sender.onCompletion(block(0), -EPERM, 0);
        assertEquals(2, count(PortCounter.TX_FAILED));
        send(1_500, ONE);
        sender.onCompletion(block(1), -EMSGSIZE, 0);
        assertEquals(3, count(PortCounter.TX_FAILED));
        assertAllHome();
    }

    @Test
    void shouldRefuseMoreThanMayBeUnderWay() {
        open(1, NEVER, 128);
        for (int i = 0; i < BLOCKS; i++) {
            send(10, ONE);
        }
        long frame = frames.take();
        assertFalse(sender.send(frame, 10, name(ONE), 0, ControlMessages.NONE));
        assertEquals(0, count(PortCounter.TX_FRAMES), "none has left yet");
        assertEquals(FRAMES - BLOCKS - 1, free(), "it stays with the caller");
        sender.onCompletion(block(0), 10, 0);
        assertEquals(1, count(PortCounter.TX_FRAMES));
        assertTrue(sender.send(frame, 10, name(ONE), 0, ControlMessages.NONE));
    }

    /** The ring is not enabled, so that the kernel takes nothing. */
    @Test
    void shouldCountWhatFindsNoRoomInTheQueue() {
        open(1, NEVER, 8);
        for (int i = 0; i < 11; i++) {
            send(10, ONE);
        }
        assertEquals(3, count(PortCounter.TX_FAILED));
        assertTrue(sender.advice(0).contains("engine.uring.submission"), sender.advice(0));
        assertEquals(8, sender.underWay());
        assertEquals(FRAMES - 8, free());
    }
}
