package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.millrace.Verdict;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserDataTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "255, 255, 2147483647",
        "254, 1, -1",
        "1, 2, 4",
        "128, 128, -2147483648",
        "256, 0, 0",
        "4095, 255, -1",
        "4097, 255, -1"
    })
    void shouldGiveBackWhatWasPutIn(int handler, int operation, int index) {
        long userData = UserData.of(handler, operation, index);
        assertEquals(handler, UserData.handler(userData));
        assertEquals(operation, UserData.operation(userData));
        assertEquals(index, UserData.index(userData));
        assertNotEquals(UserData.of(handler ^ 1, operation, index), userData);
    }

    @Test
    void shouldKeepTheRingsOwnHandlersApartFromEveryPort() {
        assertEquals(Set.of(Verdict.MAX_PORTS, Verdict.MAX_PORTS + 1), Set.of(UserData.CANCELLER, UserData.WAITER));
        assertEquals(Verdict.MAX_PORTS + 2, UserData.HANDLERS);
    }
}
