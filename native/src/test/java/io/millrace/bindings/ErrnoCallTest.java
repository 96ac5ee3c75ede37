package io.millrace.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.bindings.libc.libc_h;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ErrnoCallTest {
    private static final int NO_DESCRIPTOR = -1;

    private final AtomicInteger links = new AtomicInteger();
    private final Supplier<MemorySegment> address = () -> {
        links.incrementAndGet();
        return libc_h.close$address();
    };
    private final ErrnoCall close = ErrnoCall.of("close", address, libc_h::close$descriptor);

    @Test
    void shouldLinkAtTheFirstCallAndNotAgain() {
        assertEquals(0, links.get());
        assertThrows(SystemCallException.class, this::callClose);
        assertThrows(SystemCallException.class, this::callClose);
        assertEquals(1, links.get());
    }

    @Test
    void shouldLinkWhenAskedTo() {
        assertEquals(close, close.linked());
        assertEquals(1, links.get());
        assertThrows(SystemCallException.class, this::callClose);
        assertEquals(1, links.get());
    }

    @Test
    void shouldTellTheFunctionItsOperandAndTheErrno() {
        SystemCallException failure = assertThrows(
                SystemCallException.class,
                () -> close.call(" of nothing", (function, state) -> (int) function.invokeExact(state, NO_DESCRIPTOR)));
        assertEquals(libc_h.EBADF(), failure.errno());
        assertEquals(
                "close of nothing: EBADF", failure.getMessage().split(" \\(")[0].split(", ")[0]);
    }

    @Test
    void shouldNotTakeAMistakeOfTheCallerForAFailureOfTheFunction() {
        assertThrows(
                IllegalStateException.class,
                () -> close.call((function, state) -> {
                    throw new Exception("no arguments");
                }));
    }

    private void callClose() {
        close.call((function, state) -> (int) function.invokeExact(state, NO_DESCRIPTOR));
    }
}
