package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the kernel puts each part of what it received. */
class DatagramLayoutTest {
    private static final int MSG_TRUNC = 0x20;
    private static final InetSocketAddress BOUND4 = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 9_000);
    private static final InetSocketAddress BOUND6 = new InetSocketAddress(InetAddress.ofLiteral("::"), 9_000);

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({
        "true, false, false, false, 32",
        "true, true, false, false, 64",
        "true, false, true, false, 64",
        "true, false, false, true, 56",
        "true, true, true, true, 120",
        "false, false, false, false, 48",
        "false, true, false, false, 88",
        "false, false, true, false, 80",
        "false, true, true, true, 144"
    })
    void shouldLeaveRoomForWhatTheKernelTells(
            boolean isIpv4, boolean local, boolean time, boolean coalesces, int offset) {
        DatagramLayout layout = new DatagramLayout(isIpv4, local, time, coalesces);
        assertEquals(offset, layout.payloadOffset());
        MemorySegment header = layout.newHeader(arena);
        int nameLength = header.get(ValueLayout.JAVA_INT, 8);
        long controlLength = header.get(ValueLayout.JAVA_LONG, 40);
        assertEquals(isIpv4 ? 16 : 32, nameLength);
        assertEquals(offset, 16 + nameLength + controlLength, "the kernel's sum");
        assertEquals(0, header.get(ValueLayout.JAVA_LONG, 0), "no name's address");
        assertEquals(0, header.get(ValueLayout.JAVA_LONG, 24), "no vectors");
        assertEquals(0, offset % 8, "payloads are aligned");
    }

    @Test
    void shouldFindEveryPart() {
        Datagrams datagrams = new Datagrams(arena, BOUND4, true, true, true);
        DatagramLayout layout = datagrams.layout();
        MemorySegment memory = datagrams.umem().memory();
        InetAddress to = InetAddress.ofLiteral("192.0.2.1");
        datagrams.arrive(1).from(BOUND4).at(1, 2).coalesced(77).to(to, to).with(new byte[200]);
        long frame = Datagrams.FRAME_SIZE;
        assertEquals(77, layout.segmentLength(memory, frame));
        assertEquals(1, memory.get(ValueLayout.JAVA_LONG_UNALIGNED, layout.time(memory, frame)));
        assertEquals(7, memory.get(ValueLayout.JAVA_INT_UNALIGNED, layout.localAddress(memory, frame)));
        assertEquals(layout.localAddress(memory, frame), layout.answerFrom(memory, frame));
        assertFalse(DatagramLayout.isTruncated(memory, frame));
        datagrams.arrive(2).from(BOUND4).flags(MSG_TRUNC | 1).with(new byte[1]);
        frame = 2 * Datagrams.FRAME_SIZE;
        assertTrue(DatagramLayout.isTruncated(memory, frame));
        assertEquals(0, layout.segmentLength(memory, frame), "a single one");
        assertEquals(ControlMessages.NONE, layout.time(memory, frame));
        assertEquals(ControlMessages.NONE, layout.localAddress(memory, frame));
    }

    /** A group's address is no one to answer from; IPv4 tells the interface's own beside it. */
    @Test
    void shouldNotAnswerFromGroup() {
        Datagrams four = new Datagrams(arena, BOUND4, true, false, false);
        four.arrive(0)
                .from(BOUND4)
                .to(InetAddress.ofLiteral("239.1.1.1"), InetAddress.ofLiteral("192.0.2.1"))
                .with(new byte[1]);
        long info = four.layout().answerFrom(four.umem().memory(), 0);
        assertEquals(192, four.umem().memory().get(ValueLayout.JAVA_BYTE, info + 4) & 0xff);
        Datagrams six = new Datagrams(arena, BOUND6, true, false, false);
        InetAddress group = InetAddress.ofLiteral("ff15::1");
        six.arrive(0).from(BOUND6).to(group, group).with(new byte[1]);
        assertEquals(ControlMessages.NONE, six.layout().answerFrom(six.umem().memory(), 0));
        assertTrue(six.layout().localAddress(six.umem().memory(), 0) > 0);
    }

    @Test
    void shouldGiveEachDatagramOfBufferItsOwnRoom() {
        Datagrams datagrams = new Datagrams(arena, BOUND4, false, false, true);
        DatagramLayout layout = datagrams.layout();
        MemorySegment memory = datagrams.umem().memory();
        datagrams.arrive(0).from(BOUND4).coalesced(100).with(new byte[250]);
        int start = layout.payloadOffset();
        int size = Datagrams.FRAME_SIZE;
        assertEquals(100, layout.room(memory, 0, start, size - start));
        assertEquals(100, layout.room(memory, 0, start + 100, size - start - 100));
        assertEquals(size - start - 200, layout.room(memory, 0, start + 200, size - start - 200), "the last one");
        datagrams.arrive(0).from(BOUND4).with(new byte[250]);
        assertEquals(size - start, layout.room(memory, 0, start, size - start), "the only one");
    }
}
