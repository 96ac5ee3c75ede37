package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Frame;
import io.millrace.FrameSegments;
import io.millrace.Stage;
import io.millrace.afxdp.CrankedPort;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;

/** A port whose frames may have several segments, turned by hand, and what its stage has seen. */
abstract class SegmentedFixture {
    static final int FRAMES = 64;
    static final int RING = 16;
    static final int BATCH = 4;
    static final int MOST = 6;
    static final int PIECE = 100;

    final Arena arena = Arena.ofShared();
    final CrankedPort port = CrankedPort.segmented(arena, 0, FRAMES, RING, BATCH, MOST);
    final List<byte[]> seen = new ArrayList<>();

    @AfterEach
    void close() {
        arena.close();
    }

    static byte[] frame(int length, int seed) {
        byte[] frame = new byte[length];
        new Random(seed).nextBytes(frame);
        return frame;
    }

    static byte[] whole(Frame frame) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FrameSegments segments = frame.segments();
        while (segments.next()) {
            bytes.writeBytes(segments.segment().toArray(ValueLayout.JAVA_BYTE));
        }
        return bytes.toByteArray();
    }

    final Crank crank(Stage stage) {
        return Crank.inline(port, frame -> {
            seen.add(whole(frame));
            stage.onFrame(frame);
        });
    }

    final void turn(Crank crank, int times) {
        for (int i = 0; i < times; i++) {
            crank.turn();
        }
        crank.failures.forEach(failure -> {
            throw new AssertionError(failure);
        });
    }

    final void assertHome() {
        assertTrue(port.audit().balanced(), () -> port.audit().toString());
        assertEquals(0, port.following());
        assertEquals(0, port.port().txInFlight());
    }
}
