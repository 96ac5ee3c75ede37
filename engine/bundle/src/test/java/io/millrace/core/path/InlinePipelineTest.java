package io.millrace.core.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.afxdp.CrankedPort;
import java.lang.foreign.Arena;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether frames are fetched for the stages depends on what the stages did with the batch before. */
class InlinePipelineTest {
    private final Arena arena = Arena.ofConfined();
    private final CrankedPort port = Crank.port(arena);
    private int seen;

    @AfterEach
    void close() {
        arena.close();
    }

    private void batch(Crank crank) {
        port.arrive(new byte[64]);
        port.arrive(new byte[64]);
        crank.turn();
    }

    static Stream<Arguments> uses() {
        return Stream.of(
                use(false, frame -> {}),
                use(false, Frame::length),
                use(false, Frame::drop),
                use(true, frame -> frame.buffer().getByte(0)),
                use(true, Frame::segment),
                use(true, Frame::memory),
                use(true, Frame::address),
                use(true, Frame::segments),
                use(true, Frame::payloadOffset),
                use(true, Frame::payloadLength),
                use(true, Frame::source),
                use(true, Frame::destination));
    }

    private static Arguments use(boolean looks, Consumer<Frame> of) {
        return Arguments.of(looks, of);
    }

    @ParameterizedTest
    @MethodSource("uses")
    void shouldTellWhetherStagesLookAtBytes(boolean looks, Consumer<Frame> use) {
        Crank crank = Crank.inline(port, frame -> {}, use::accept);
        assertTrue(crank.pipeline.looksHere(), "before the first batch");
        batch(crank);
        assertEquals(looks, crank.pipeline.looksHere());
    }

    @Test
    void shouldGoByTheLastBatchAlone() {
        Stage once = frame -> {
            if (seen++ == 1) {
                frame.buffer().getByte(0);
            }
        };
        Crank crank = Crank.inline(port, once, frame -> {});
        batch(crank);
        assertTrue(crank.pipeline.looksHere(), "one of the two frames was looked at");
        batch(crank);
        assertFalse(crank.pipeline.looksHere());
    }
}
