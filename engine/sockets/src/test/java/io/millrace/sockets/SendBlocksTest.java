package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel reads of a send: {@code struct msghdr}, {@code struct iovec}, at the addresses that it is told. */
class SendBlocksTest {
    private static final int COUNT = 5;

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    private static long read(long address) {
        return MemorySegment.ofAddress(address).reinterpret(Long.BYTES).get(ValueLayout.JAVA_LONG, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64})
    void shouldDescribeSends(int vectors) {
        SendBlocks blocks = new SendBlocks(arena, COUNT, vectors);
        assertEquals(vectors, blocks.vectors());
        for (int block = 0; block < COUNT; block++) {
            for (int i = 0; i < vectors; i++) {
                blocks.vector(block, i, 1000L * block + i, i + 1);
            }
            blocks.header(block, 28, vectors, 24 + 40);
        }
        for (int block = 0; block < COUNT; block++) {
            long header = blocks.headerAddress(block);
            assertEquals(blocks.nameAddress(block), read(header), "name");
            assertEquals(28, (int) read(header + 8));
            long vector = read(header + 16);
            assertEquals(vectors, read(header + 24));
            assertEquals(blocks.memory().address() + blocks.control(block), read(header + 32));
            assertEquals(24 + 40, read(header + 40));
            assertEquals(0, (int) read(header + 48), "flags");
            for (int i = 0; i < vectors; i++) {
                assertEquals(1000L * block + i, read(vector + 16L * i));
                assertEquals(i + 1, read(vector + 16L * i + 8));
                assertEquals(1000L * block + i, blocks.vectorAddress(block, i));
                assertEquals(i + 1, blocks.vectorLength(block, i));
            }
        }
        blocks.header(0, 16, 1, 0);
        assertEquals(0, read(blocks.headerAddress(0) + 32), "no ancillary data");
        assertEquals(0, read(blocks.headerAddress(0) + 40));
    }

    /** Each part is filled with a value of its own, as far as it may reach: none may change another. */
    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void shouldKeepPartsApart(int vectors) {
        SendBlocks blocks = new SendBlocks(arena, COUNT, vectors);
        MemorySegment memory = blocks.memory();
        for (int block = 0; block < COUNT; block++) {
            memory.asSlice(blocks.name(block), SocketAddresses.SPACE).fill((byte) (block + 1));
            memory.asSlice(blocks.control(block), ControlMessages.space(2) + ControlMessages.space(20))
                    .fill((byte) (block + 101));
            blocks.vector(block, vectors - 1, block, block);
            blocks.header(block, 28, vectors, 64);
        }
        for (int block = 0; block < COUNT; block++) {
            assertEquals(block + 1, memory.get(ValueLayout.JAVA_BYTE, blocks.name(block) + SocketAddresses.SPACE - 1));
            assertEquals(block + 101, memory.get(ValueLayout.JAVA_BYTE, blocks.control(block)));
            assertEquals(block + 101, memory.get(ValueLayout.JAVA_BYTE, blocks.control(block) + 63));
            assertEquals(block, blocks.vectorAddress(block, vectors - 1));
            assertEquals(blocks.nameAddress(block), read(blocks.headerAddress(block)));
            assertEquals(0, blocks.nameAddress(block) % 64, "on a cache line of its own");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldLendEachBlockOnce(int vectors) {
        SendBlocks blocks = new SendBlocks(arena, COUNT, vectors);
        assertEquals(COUNT, blocks.count());
        Set<Integer> taken = new HashSet<>();
        for (int left = COUNT; left > 0; left--) {
            assertEquals(left, blocks.available());
            assertTrue(taken.add(blocks.take()));
        }
        assertEquals(0, blocks.available());
        blocks.give(3);
        assertEquals(1, blocks.available());
        assertEquals(3, blocks.take());
    }
}
