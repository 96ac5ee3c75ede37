package io.millrace.core.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.Verdict;
import io.millrace.spi.Framing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramingStageTest {

    @Test
    void shouldLetFramesPass() throws Exception {
        byte[] bytes = {0, 0, 0, 1, '\n'};
        TestFrame frame = new TestFrame().load(bytes);
        new FramingStage(new Framing.ByLength(4, false, 10, true)).onFrame(frame);
        assertEquals(Verdict.NONE, frame.verdict());
        assertArrayEquals(bytes, frame.bytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 3, 5, 8})
    void shouldRefuseOtherPrefixes(int prefixLength) {
        assertThrows(IllegalArgumentException.class, () -> new Framing.ByLength(prefixLength, false, 10, true));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 17})
    void shouldRefuseOtherDelimiters(int length) {
        assertThrows(IllegalArgumentException.class, () -> new Framing.ByDelimiter(new byte[length], 10, true, false));
    }

    @Test
    void shouldRefuseALimitThatNoMessageKeeps() {
        assertThrows(IllegalArgumentException.class, () -> new Framing.ByLength(4, false, 0, true));
        assertThrows(IllegalArgumentException.class, () -> new Framing.ByDelimiter(new byte[1], 0, true, false));
    }

    @Test
    void shouldKeepItsOwnDelimiter() {
        byte[] delimiter = {'\r', '\n'};
        Framing.ByDelimiter framing = new Framing.ByDelimiter(delimiter, 10, true, false);
        delimiter[0] = 0;
        framing.delimiter()[1] = 0;
        assertArrayEquals(new byte[] {'\r', '\n'}, framing.delimiter());
    }
}
