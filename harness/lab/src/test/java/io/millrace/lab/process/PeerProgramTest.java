package io.millrace.lab.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class PeerProgramTest {
    @Test
    void shouldFindTheLineThatSaysWhyAPeerDoesNotBuild() {
        assertEquals(
                "x.c:1:10: fatal error: liburing.h: No such file or directory",
                PeerProgram.firstError(List.of(
                        "In file included from x.c:1:",
                        "x.c:1:10: fatal error: liburing.h: No such file or directory",
                        "    1 |")));
        assertEquals("gcc: not found", PeerProgram.firstError(List.of("build-c: 1:", "gcc: not found")));
        assertEquals("it does not say why", PeerProgram.firstError(List.of()));
    }
}
