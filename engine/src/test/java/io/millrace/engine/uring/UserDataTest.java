package io.millrace.engine.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserDataTest {
    @ParameterizedTest
    @CsvSource({"0, 0, 0, 0", "255, 255, 65535, 2147483647", "254, 1, 0, -1", "1, 2, 3, 4",
        "128, 128, 32768, -2147483648"})
    void shouldGiveBackWhatWasPutIn(int operator, int operation, int generation, int index) {
        long userData = UserData.of(operator, operation, generation, index);
        assertEquals(operator, UserData.operator(userData));
        assertEquals(operation, UserData.operation(userData));
        assertEquals(generation, UserData.generation(userData));
        assertEquals(index, UserData.index(userData));
        assertEquals(UserData.of(operator, operation, generation + (1 << 16), index), userData, "generations go round");
        assertNotEquals(UserData.of(operator ^ 1, operation, generation, index), userData);
    }
}
