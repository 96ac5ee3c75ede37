package io.millrace.engine.path;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.engine.Frame;
import io.millrace.engine.Stage;
import io.millrace.engine.Verdict;
import io.millrace.engine.afxdp.CrankedPort;
import io.millrace.ring.KernelSide;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a stage sees of a frame, and that it is gone with the batch. */
class FrameViewTest {
    private final Arena arena = Arena.ofShared();
    private final CrankedPort port = Crank.port(arena);
    private Frame kept;
    private MutableDirectBuffer keptBuffer;
    private MemorySegment keptSegment;
    private MemorySegment keptMemory;

    @AfterEach
    void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    private void show(Stage stage) {
        Crank crank = Crank.inline(port, stage);
        port.arrive(1, 9);
        crank.turn();
        crank.failures.forEach(failure -> {
            throw new AssertionError(failure);
        });
    }

    private void keep(Frame frame) {
        kept = frame;
        keptBuffer = frame.buffer();
        keptSegment = frame.segment();
        keptMemory = frame.memory();
    }

    @Test
    void shouldShowTheSameBytesInEveryView() {
        show(frame -> {
            assertEquals(64, frame.length());
            assertEquals(CrankedPort.FRAME_SIZE - KernelSide.HEADROOM, frame.capacity());
            assertEquals(KernelSide.HEADROOM, frame.address() % CrankedPort.FRAME_SIZE);
            assertEquals(0, frame.portId());
            assertEquals(0, frame.queue());
            assertEquals(Verdict.NONE, frame.verdict());
            frame.buffer().putByte(63, (byte) 1);
            assertEquals(1, frame.segment().get(ValueLayout.JAVA_BYTE, 63));
            frame.segment().set(ValueLayout.JAVA_BYTE, 62, (byte) 2);
            assertEquals(2, frame.memory().get(ValueLayout.JAVA_BYTE, frame.address() + 62));
            assertEquals(2, frame.buffer().getByte(62));
            assertEquals(64, frame.segment().byteSize());
        });
    }

    @Test
    void shouldCheckBounds() {
        show(frame -> {
            assertThrows(IndexOutOfBoundsException.class, () -> frame.buffer().getByte(64));
            assertThrows(IndexOutOfBoundsException.class, () -> frame.buffer().getLong(57));
            assertThrows(IndexOutOfBoundsException.class, () -> frame.buffer().getByte(-1));
            assertThrows(IndexOutOfBoundsException.class, () -> frame.segment().get(ValueLayout.JAVA_BYTE, 64));
        });
    }

    @Test
    void shouldGrowToItsCapacityAndNoFurther() {
        show(frame -> {
            int capacity = frame.capacity();
            frame.length(capacity);
            frame.buffer().putByte(capacity - 1, (byte) 3);
            assertEquals(capacity, frame.segment().byteSize());
            IllegalArgumentException tooLong =
                assertThrows(IllegalArgumentException.class, () -> frame.length(capacity + 1));
            assertEquals("frame length " + (capacity + 1) + " is not between 0 and the capacity of " + capacity
                + " bytes", tooLong.getMessage());
            assertThrows(IllegalArgumentException.class, () -> frame.length(-1));
            assertEquals(capacity, frame.length());
            frame.length(0);
            assertThrows(IndexOutOfBoundsException.class, () -> frame.buffer().getByte(0));
        });
    }

    @Test
    void shouldRefusePortThatIsNotThere() {
        show(frame -> {
            assertThrows(IllegalArgumentException.class, () -> frame.forward(1));
            assertThrows(IllegalArgumentException.class, () -> frame.forward(-1));
            assertEquals(Verdict.NONE, frame.verdict());
            frame.forward(0);
            assertEquals(Verdict.forward(0, 0), frame.verdict());
            frame.drop();
            frame.forward(0);
            assertEquals(Verdict.drop(0), frame.verdict());
        });
    }

    private List<Executable> accessesOfFlyweight() {
        return List.of(() -> kept.length(), () -> kept.length(1), () -> kept.capacity(), () -> kept.segment(),
            () -> kept.memory(), () -> kept.address(), () -> kept.portId(), () -> kept.queue(), () -> kept.verdict(),
            () -> kept.drop(), () -> kept.forward(0), () -> kept.lease());
    }

    @Test
    void shouldThrowFromEveryAccessAfterTheBatch() {
        show(this::keep);
        for (Executable access : accessesOfFlyweight()) {
            IllegalStateException revoked = assertThrows(IllegalStateException.class, access);
            assertNotNull(revoked.getMessage());
        }
        assertEquals(0, keptBuffer.capacity());
        assertThrows(IndexOutOfBoundsException.class, () -> keptBuffer.getByte(0));
        assertThrows(IndexOutOfBoundsException.class, () -> keptBuffer.putLong(0, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> kept.buffer().getByte(0));
        assertDoesNotThrow(() -> keptSegment.get(ValueLayout.JAVA_BYTE, 0), "the engine's memory, while it is open");
    }

    @Test
    void shouldThrowFromEveryAccessAfterTheArena() {
        show(this::keep);
        arena.close();
        for (Executable access : accessesOfFlyweight()) {
            assertThrows(IllegalStateException.class, access);
        }
        assertThrows(IndexOutOfBoundsException.class, () -> keptBuffer.getByte(0));
        assertThrows(IllegalStateException.class, () -> keptSegment.get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, () -> keptMemory.get(ValueLayout.JAVA_BYTE, 0));
    }
}
