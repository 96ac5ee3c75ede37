package io.millrace.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bindings.libc.libc_h;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrnoTest {

    @Test
    void shouldNameAndDescribeWhatTheCLibraryKnows() {
        assertEquals("EBUSY", Errno.name(libc_h.EBUSY()));
        assertEquals("Device or resource busy", Errno.describe(libc_h.EBUSY()));
    }

    @Test
    void shouldNameEveryConstantThatIsBoundAsTheHeaderDoes() throws Exception {
        Map<String, String> synonyms = Map.of("EWOULDBLOCK", "EAGAIN");
        long count = 0;
        for (Map.Entry<String, Number> constant : Generated.constants("libc").entrySet()) {
            String name = constant.getKey();
            if (name.matches("E[A-Z0-9]+")) {
                assertEquals(
                        synonyms.getOrDefault(name, name),
                        Errno.name(constant.getValue().intValue()));
                count++;
            }
        }
        assertTrue(count > 30, "compared " + count);
    }

    @Test
    void shouldGiveTheNumberWhenTheCLibraryDoesNotKnowIt() {
        assertEquals("errno 4711", Errno.name(4711));
        assertEquals("unknown error", Errno.describe(4711));
        assertEquals("errno -1", Errno.name(-1));
    }

    @Test
    void shouldReadAsOneLineInAnException() {
        SystemCallException failure = new SystemCallException("bind", libc_h.EBUSY());

        assertEquals("bind: EBUSY (Device or resource busy)", failure.getMessage());
        assertEquals("bind", failure.call());
        assertEquals(libc_h.EBUSY(), failure.errno());
        assertEquals("EBUSY", failure.errnoName());
    }
}
