package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.FileSource;
import io.millrace.SharedFile;
import io.millrace.ring.BufferRing;
import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each connection's list is in order, whatever the others do, and its sums are right. */
class WriteQueueTest {
    private static final int FRAME_SIZE = 2048;
    private static final int FRAMES = 64;

    private final Arena arena = Arena.ofConfined();
    private final Umem umem = Umem.mapBuffers(arena, FRAMES, FRAME_SIZE, HugePages.OFF);
    private final WriteQueue queue = new WriteQueue(umem);
    private final StreamTable table = new StreamTable(new ConnectionIds(0, 0, 8), 8);

    @AfterEach
    void close() {
        arena.close();
    }

    private record Entry(long address, long length) {}

    @Test
    void shouldKeepTheOrderOfEachConnection() {
        Random random = new Random(1);
        OutboundHalf[] connections = new OutboundHalf[8];
        Deque<Deque<Entry>> expected = new ArrayDeque<>();
        List<Deque<Entry>> lists = new ArrayList<>();
        for (int i = 0; i < connections.length; i++) {
            connections[i] = table.open(-1, 0).outbound;
            lists.add(new ArrayDeque<>());
            expected.add(lists.get(i));
        }
        for (int step = 0; step < 20_000; step++) {
            int i = random.nextInt(connections.length);
            OutboundHalf connection = connections[i];
            Entry first = lists.get(i).peek();
            switch (first == null ? 0 : random.nextInt(4)) {
                case 0, 1 -> {
                    Entry entry = new Entry((long) random.nextInt(FRAMES) * FRAME_SIZE, 1 + random.nextInt(FRAME_SIZE));
                    queue.add(connection, entry.address(), (int) entry.length());
                    lists.get(i).add(entry);
                }
                case 2 -> {
                    int part = random.nextInt((int) first.length());
                    queue.advance(connection, part);
                    lists.get(i).removeFirst();
                    lists.get(i).addFirst(new Entry(first.address() + part, first.length() - part));
                }
                default -> {
                    queue.remove(connection);
                    lists.get(i).removeFirst();
                }
            }
            assertFirst(connection, lists.get(i).peek());
            assertEquals(lists.get(i).size(), connection.queuedFrames);
            assertEquals(lists.get(i).stream().mapToLong(Entry::length).sum(), connection.queuedBytes);
            assertEquals(runs(lists.get(i)), connection.queuedBuffers);
        }
        assertEquals(expected.stream().mapToInt(Deque::size).sum(), queue.waiting());
    }

    private void assertFirst(OutboundHalf connection, Entry expected) {
        if (expected == null) {
            assertEquals(WriteQueue.NONE, connection.head);
            assertEquals(WriteQueue.NONE, connection.tail);
            return;
        }
        assertEquals(expected, new Entry(queue.address(connection.head), queue.length(connection.head)));
        assertNull(queue.file(connection.head));
    }

    private static int runs(Deque<Entry> entries) {
        int runs = 0;
        long last = -1;
        for (Entry entry : entries) {
            runs += entry.address() / FRAME_SIZE == last ? 0 : 1;
            last = entry.address() / FRAME_SIZE;
        }
        return runs;
    }

    @Test
    void shouldCountBufferOnceThatNeighboursShare() {
        OutboundHalf connection = table.open(-1, 0).outbound;
        queue.add(connection, 10, 5);
        queue.add(connection, 20, 5);
        queue.add(connection, FRAME_SIZE, 5);
        assertEquals(2, connection.queuedBuffers);
        queue.remove(connection);
        assertEquals(2, connection.queuedBuffers);
        queue.remove(connection);
        assertEquals(1, connection.queuedBuffers);
        queue.remove(connection);
        assertEquals(0, connection.queuedBuffers);
        assertEquals(0, queue.waiting());
    }

    /** Frames of another port wait beside a port's own, and go on to the connection that is made at last. */
    @Test
    void shouldKeepFramesOfOtherMemory() {
        Umem other = Umem.mapBuffers(arena, FRAMES, FRAME_SIZE, HugePages.OFF);
        SocketFrames home = new SocketFrames(
                other,
                new UringDevice.ProvidedBuffers(
                        new BufferRing(arena.allocate(4L * BufferRing.ENTRY_LENGTH, 4096), other, 4), 0));
        OutboundHalf waiting = table.open(-1, 0).outbound;
        queue.add(waiting, home, 10, 5);
        queue.add(waiting, 20, 6);
        queue.add(waiting, home, 30, 7);
        OutboundHalf connection = table.open(-1, 0).outbound;
        queue.move(waiting, connection);
        assertEquals(WriteQueue.NONE, waiting.head);
        assertTrue(waiting.queuedBytes == 0 && waiting.queuedFrames == 0 && waiting.queuedBuffers == 0);
        assertEquals(18, connection.queuedBytes);
        assertEquals(3, connection.queuedBuffers, "the same frame number of two memories is not one buffer");
        assertSame(home, queue.home(connection.head));
        assertEquals(other.baseAddress() + 10, queue.memoryAddress(connection.head));
        queue.remove(connection);
        assertNull(queue.home(connection.head));
        assertEquals(umem.baseAddress() + 20, queue.memoryAddress(connection.head));
        queue.remove(connection);
        queue.remove(connection);
        queue.add(connection, 40, 1);
        assertNull(queue.home(connection.head), "an entry that is used again forgets whose it was");
        queue.remove(connection);
        assertEquals(0, queue.waiting());
    }

    @Test
    void shouldKeepFilesBetweenFrames(@TempDir Path folder) throws Exception {
        OutboundHalf connection = table.open(-1, 0).outbound;
        Path path = Files.writeString(folder.resolve("file"), "0123456789");
        try (SharedFile file = SharedFile.open(path)) {
            FileSource.Transfer region = file.region(2, 5).handOver();
            queue.add(connection, 0, 100);
            queue.add(connection, region);
            queue.add(connection, 200, 100);
            assertEquals(2, connection.queuedFrames);
            assertEquals(205, connection.queuedBytes);
            assertEquals(2, connection.queuedBuffers, "a file between them");
            queue.remove(connection);
            assertSame(region, queue.file(connection.head));
            queue.advance(connection, 3);
            assertEquals(5, queue.address(connection.head));
            assertEquals(2, queue.length(connection.head));
            assertEquals(1, connection.queuedFrames);
            queue.remove(connection);
            assertNull(queue.file(connection.head));
            assertEquals(100, connection.queuedBytes);
            queue.remove(connection);
            assertTrue(connection.queuedBytes == 0 && connection.queuedFrames == 0 && connection.queuedBuffers == 0);
            region.release();
        }
    }
}
