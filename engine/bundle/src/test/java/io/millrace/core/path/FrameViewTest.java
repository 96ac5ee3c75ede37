package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.Verdict;
import io.millrace.afxdp.CrankedPort;
import io.millrace.ring.KernelSide;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a stage sees of a frame, and that the view is revoked with the batch. */
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
            assertEquals(
                    "frame length " + (capacity + 1) + " is not between 0 and the capacity of " + capacity + " bytes",
                    tooLong.getMessage());
            assertThrows(IllegalArgumentException.class, () -> frame.length(-1));
            assertEquals(capacity, frame.length());
            frame.length(0);
            assertThrows(IndexOutOfBoundsException.class, () -> frame.buffer().getByte(0));
        });
    }

    @Test
    void shouldPrependIntoTheHeadroomAndNoFurther() {
        show(frame -> {
            assertEquals(KernelSide.HEADROOM, frame.headroom());
            long start = frame.address();
            int capacity = frame.capacity();
            frame.buffer().putByte(5, (byte) 55);
            frame.prepend(14);
            assertEquals(start - 14, frame.address());
            assertEquals(64 + 14, frame.length());
            assertEquals(capacity + 14, frame.capacity());
            assertEquals(KernelSide.HEADROOM - 14, frame.headroom());
            assertEquals(9, frame.buffer().getByte(14), "what was the first byte");
            assertEquals(55, frame.segment().get(ValueLayout.JAVA_BYTE, 14 + 5));
            frame.buffer().putByte(0, (byte) 1);
            assertEquals(1, frame.memory().get(ValueLayout.JAVA_BYTE, start - 14));
            assertThrows(IndexOutOfBoundsException.class, () -> frame.buffer().getByte(64 + 14));
            IllegalArgumentException tooMany =
                    assertThrows(IllegalArgumentException.class, () -> frame.prepend(KernelSide.HEADROOM - 13));
            assertEquals(
                    "can't prepend 243 bytes to a frame with a headroom of 242; set headroom for the port",
                    tooMany.getMessage());
            assertThrows(IllegalArgumentException.class, () -> frame.prepend(-1));
            frame.prepend(KernelSide.HEADROOM - 14);
            assertEquals(0, frame.headroom());
            assertEquals(0, frame.address() % CrankedPort.FRAME_SIZE);
            assertEquals(CrankedPort.FRAME_SIZE, frame.capacity());
            assertThrows(IllegalArgumentException.class, () -> frame.prepend(1));
        });
    }

    @Test
    void shouldTrimAtTheFrontButNotTheLastByte() {
        show(frame -> {
            long start = frame.address();
            frame.buffer().putByte(14, (byte) 7);
            frame.trimFront(14);
            assertEquals(start + 14, frame.address());
            assertEquals(50, frame.length());
            assertEquals(7, frame.buffer().getByte(0));
            assertEquals(KernelSide.HEADROOM + 14, frame.headroom());
            frame.length(frame.capacity());
            assertThrows(IllegalArgumentException.class, () -> frame.trimFront(frame.capacity()));
            assertThrows(IllegalArgumentException.class, () -> frame.trimFront(-1));
            frame.trimFront(frame.capacity() - 1);
            assertEquals(1, frame.length());
            assertEquals(0, (frame.address() + 1) % CrankedPort.FRAME_SIZE, "still in its own memory");
            assertThrows(IllegalArgumentException.class, () -> frame.trimFront(1));
            frame.trimFront(0);
        });
    }

    @Test
    void shouldSendTheFrameFromItsNewStartAndTakeItBackWhole() {
        Crank crank = Crank.inline(port, frame -> {
            frame.prepend(20);
            frame.buffer().putByte(0, (byte) 77);
            frame.forward(0);
        });
        for (int round = 0; round < 100; round++) {
            assertEquals(8, port.arrive(8, 3));
            crank.turn();
            List<CrankedPort.Sent> sent = port.send();
            assertEquals(8, sent.size());
            for (int i = 0; i < sent.size(); i++) {
                assertEquals(KernelSide.HEADROOM - 20, sent.get(i).address() % CrankedPort.FRAME_SIZE);
                assertEquals(84, sent.get(i).bytes().length);
                assertEquals(77, sent.get(i).bytes()[0]);
                assertEquals(3 + i, sent.get(i).bytes()[20]);
            }
            crank.turn();
        }
        assertEquals(List.of(), crank.failures);
        assertTrue(port.audit().balanced(), () -> port.audit().toString());
    }

    @Test
    void shouldCopyTheFrameFromItsNewStartToAnotherPort() {
        CrankedPort out = new CrankedPort(arena, 1, 32, 16, 8);
        Crank crank = new Crank(4, port, out).inline(frame -> {
            if (frame.buffer().getByte(0) % 2 == 0) {
                frame.prepend(50);
                frame.buffer().putByte(0, (byte) 77);
            } else {
                frame.trimFront(44);
            }
            frame.forward(1);
        });
        port.arrive(2, 2);
        crank.turn();
        List<CrankedPort.Sent> sent = out.send();
        assertEquals(64 + 50, sent.get(0).bytes().length);
        assertEquals(77, sent.get(0).bytes()[0]);
        assertEquals(2, sent.get(0).bytes()[50]);
        assertEquals(20, sent.get(1).bytes().length);
        crank.turn();
        assertTrue(port.audit().balanced(), () -> port.audit().toString());
        assertTrue(out.audit().balanced(), () -> out.audit().toString());
    }

    @Test
    void shouldNotMoveTheStartWhileOtherStagesLook() {
        Crank crank = new Crank(4, port);
        crank.runner(frame -> frame.prepend(1), 0, true);
        crank.runner(frame -> frame.trimFront(1), 0, true);
        crank.over(new InlinePipeline(crank.runners.toArray(StageRunner[]::new), crank.outlet));
        port.arrive(1, 0);
        crank.turn();
        assertEquals(2, crank.failures.size());
        assertInstanceOf(IllegalStateException.class, crank.failures.get(0));
        assertInstanceOf(IllegalStateException.class, crank.failures.get(1));
    }

    @Test
    void shouldRefusePortThatIsNotThere() {
        show(frame -> {
            assertThrows(IllegalArgumentException.class, () -> frame.forward(1));
            assertThrows(IllegalArgumentException.class, () -> frame.forward(-1));
            assertEquals(Verdict.NONE, frame.verdict());
            frame.forward(0);
            assertEquals(Verdict.forward(0, 0), frame.verdict());
        });
    }

    @Test
    void shouldTakeTheLastWordOfAStage() {
        show(frame -> {
            frame.drop();
            assertEquals(Verdict.drop(0), frame.verdict());
            frame.forward(0);
            assertEquals(Verdict.forward(0, 0), frame.verdict());
            frame.drop();
            assertEquals(Verdict.drop(0), frame.verdict());
        });
    }

    private List<Executable> accessesOfFlyweight() {
        return List.of(
                () -> kept.length(),
                () -> kept.length(1),
                () -> kept.capacity(),
                () -> kept.segment(),
                () -> kept.memory(),
                () -> kept.address(),
                () -> kept.portId(),
                () -> kept.queue(),
                () -> kept.verdict(),
                () -> kept.drop(),
                () -> kept.forward(0),
                () -> kept.lease(),
                () -> kept.headroom(),
                () -> kept.prepend(1),
                () -> kept.trimFront(1));
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
