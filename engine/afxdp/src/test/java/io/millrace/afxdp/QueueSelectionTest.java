package io.millrace.afxdp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueSelectionTest {
    @Test
    void shouldResolveQueues() {
        assertEquals(
                List.of(0, 1, 2),
                Arrays.stream(QueueSelection.ALL.resolve(3)).boxed().toList());
        assertEquals(
                List.of(1, 5),
                Arrays.stream(QueueSelection.of(List.of(5, 1)).resolve(3))
                        .boxed()
                        .toList());
    }
}
