package io.millrace.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanUpTest {
    private static void fail(Throwable failure) {
        CleanUpTest.<RuntimeException>sneak(failure);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable failure) throws T {
        throw (T) failure;
    }

    @Test
    void shouldTakeEachStepWhateverTheOthersThrow() {
        IllegalStateException cause = new IllegalStateException("the start failed");
        Throwable[] thrown = {
            new IllegalStateException(), new Exception(), new OutOfMemoryError("as asked"), new Throwable()
        };
        List<Throwable> steps = new ArrayList<>();
        CleanUp cleanUp = new CleanUp(cause);
        for (Throwable one : thrown) {
            cleanUp.step(() -> {
                steps.add(one);
                fail(one);
            });
        }
        cleanUp.step(() -> fail(cause));
        assertEquals(List.of(thrown), steps);
        assertArrayEquals(thrown, cause.getSuppressed());
    }
}
