package io.millrace.core.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramerTest {

    @Test
    void shouldLetFramesPass() throws Exception {
        byte[] bytes = {0, 0, 0, 1, '\n'};
        for (Framer framer : new Framer[] {
            new FrameByLengthStage(4, false, 10, true), new FrameByDelimiterStage(new byte[] {'\n'}, 10, true)
        }) {
            TestFrame frame = new TestFrame().load(bytes);
            framer.onFrame(frame);
            assertEquals(Verdict.NONE, frame.verdict());
            assertArrayEquals(bytes, frame.bytes());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 3, 5, 8})
    void shouldRefuseOtherPrefixes(int prefixLength) {
        assertThrows(IllegalArgumentException.class, () -> new FrameByLengthStage(prefixLength, false, 10, true));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 17})
    void shouldRefuseOtherDelimiters(int length) {
        assertThrows(IllegalArgumentException.class, () -> new FrameByDelimiterStage(new byte[length], 10, true));
    }

    @Test
    void shouldRefuseALimitThatNoMessageKeeps() {
        assertThrows(IllegalArgumentException.class, () -> new FrameByLengthStage(4, false, 0, true));
        assertThrows(IllegalArgumentException.class, () -> new FrameByDelimiterStage(new byte[1], 0, true));
    }

    @Test
    void shouldKeepItsOwnDelimiter() {
        byte[] delimiter = {'\r', '\n'};
        FrameByDelimiterStage stage = new FrameByDelimiterStage(delimiter, 10, true);
        delimiter[0] = 0;
        stage.delimiter()[1] = 0;
        assertArrayEquals(new byte[] {'\r', '\n'}, stage.delimiter());
    }
}
