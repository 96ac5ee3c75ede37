package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ring.BufferRing;
import io.millrace.ring.CompletionQueue;
import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a port asks of the kernel to send, and what becomes of each answer, made up by the test. */
class DatagramSenderTest {
    private static final int SEND = 26;
    private static final int SEND_ZC = 47;
    private static final int SENDMSG = 9;
    private static final int SENDMSG_ZC = 48;
    private static final int EMSGSIZE = 90;
    private static final int EPERM = 1;
    private static final int ENOMEM = 12;
    private static final int EINVAL = 22;
    private static final int FRAMES = 256;
    private static final int SIZE = 2048;
    private static final int BLOCKS = 80;
    private static final int NEVER = Integer.MAX_VALUE;
    private static final InetSocketAddress ONE = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 7_000);
    private static final InetSocketAddress OTHER = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 7_001);

    private static final InetSocketAddress ELSEWHERE = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.2"), 7_000);

    private final Arena arena = Arena.ofConfined();
    private final Umem umem = Umem.mapBuffers(arena, FRAMES, SIZE, HugePages.OFF);
    private final PortCounters counters = new PortCounters(new EngineCounters(), "p");
    private final SocketFrames frames = new SocketFrames(
            umem,
            new UringDevice.ProvidedBuffers(
                    new BufferRing(arena.allocate(2 * BufferRing.ENTRY_LENGTH, 4096), umem, 2), 0));
    private UringDevice device;
    private SendBlocks blocks;
    private DatagramSender sender;

    private void open(int vectors, int zeroCopyAbove, int submission) {
        device = UringOpener.open(UringKeysTest.ring(submission, 2 * submission), new EngineCounters());
        blocks = new SendBlocks(arena, BLOCKS, vectors);
        sender = new DatagramSender(
                device.uring(),
                frames,
                blocks,
                counters,
                3,
                5,
                true,
                new ZeroCopy(zeroCopyAbove, device.features().zeroCopyFlags(), 6));
    }

    @AfterEach
    void close() {
        device.abandon();
        arena.close();
    }

    private MemorySegment name(InetSocketAddress to) {
        MemorySegment name = arena.allocate(SocketAddresses.SPACE, 8);
        SocketAddresses.write(name, 0, to);
        return name;
    }

    private long send(int length, InetSocketAddress to) {
        long frame = frames.take();
        assertTrue(sender.send(frame + 48, length, name(to), 0, ControlMessages.NONE));
        return frame;
    }

    private long entry(int i, int offset) {
        return device.uring().entries().get(ValueLayout.JAVA_LONG_UNALIGNED, 64L * i + offset);
    }

    private int opcode(int i) {
        return (int) entry(i, 0) & 0xff;
    }

    private int priority(int i) {
        return (int) (entry(i, 0) >> 16) & 0xffff;
    }

    private int block(int i) {
        return UserData.index(entry(i, 32));
    }

    private long vectors(int i) {
        return MemorySegment.ofAddress(entry(i, 16)).reinterpret(56).get(ValueLayout.JAVA_LONG, 24);
    }

    private long count(PortCounter counter) {
        sender.flushCounters();
        return counters.get(counter);
    }

    private long free() {
        return frames.estimate(0, 0).free();
    }

    private void assertAllHome() {
        assertEquals(FRAMES, free());
        assertEquals(0, sender.underWay());
        assertEquals(BLOCKS, blocks.available());
        assertEquals(
                0,
                frames.census(0, "p", (port, audit) -> {}, (port, audit) -> sender.audit(audit))
                        .lost());
    }

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
