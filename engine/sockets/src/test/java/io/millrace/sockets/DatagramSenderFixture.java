package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ring.BufferRing;
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
import org.junit.jupiter.api.AfterEach;

/** A sender over a real ring that the kernel never looks at, so that a test makes up its answers. One thread. */
abstract class DatagramSenderFixture {
    static final int SEND = 26;
    static final int SEND_ZC = 47;
    static final int SENDMSG = 9;
    static final int SENDMSG_ZC = 48;
    static final int EMSGSIZE = 90;
    static final int EPERM = 1;
    static final int ENOMEM = 12;
    static final int EINVAL = 22;
    static final int FRAMES = 256;
    static final int SIZE = 2048;
    static final int BLOCKS = 80;
    static final int NEVER = Integer.MAX_VALUE;
    static final InetSocketAddress ONE = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 7_000);
    static final InetSocketAddress OTHER = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 7_001);

    static final InetSocketAddress ELSEWHERE = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.2"), 7_000);

    final Arena arena = Arena.ofConfined();
    final Umem umem = Umem.mapBuffers(arena, FRAMES, SIZE, HugePages.OFF);
    final PortCounters counters = new PortCounters(new EngineCounters(), "p");
    final SocketFrames frames = new SocketFrames(
            umem,
            new UringDevice.ProvidedBuffers(
                    new BufferRing(arena.allocate(2 * BufferRing.ENTRY_LENGTH, 4096), umem, 2), 0));
    UringDevice device;
    SendBlocks blocks;
    DatagramSender sender;

    void open(int vectors, int zeroCopyAbove, int submission) {
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

    MemorySegment name(InetSocketAddress to) {
        MemorySegment name = arena.allocate(SocketAddresses.SPACE, 8);
        SocketAddresses.write(name, 0, to);
        return name;
    }

    long send(int length, InetSocketAddress to) {
        long frame = frames.take();
        assertTrue(sender.send(frame + 48, length, name(to), 0, ControlMessages.NONE));
        return frame;
    }

    long entry(int i, int offset) {
        return device.uring().entries().get(ValueLayout.JAVA_LONG_UNALIGNED, 64L * i + offset);
    }

    int opcode(int i) {
        return (int) entry(i, 0) & 0xff;
    }

    int priority(int i) {
        return (int) (entry(i, 0) >> 16) & 0xffff;
    }

    int block(int i) {
        return UserData.index(entry(i, 32));
    }

    long vectors(int i) {
        return MemorySegment.ofAddress(entry(i, 16)).reinterpret(56).get(ValueLayout.JAVA_LONG, 24);
    }

    long count(PortCounter counter) {
        sender.flushCounters();
        return counters.get(counter);
    }

    long free() {
        return frames.estimate(0, 0).free();
    }

    void assertAllHome() {
        assertEquals(FRAMES, free());
        assertEquals(0, sender.underWay());
        assertEquals(BLOCKS, blocks.available());
        assertEquals(
                0,
                frames.census(0, "p", (port, audit) -> {}, (port, audit) -> sender.audit(audit))
                        .lost());
    }
}
