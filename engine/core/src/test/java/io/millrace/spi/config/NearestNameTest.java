package io.millrace.spi.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
    private static final List<String> KNOWN = List.of("ring-size", "mode", "idle", "wait-strategy", "tx", "rx");

    @ParameterizedTest
    @CsvSource({
        "ringSize, ring-size",
        "RING_SIZE, ring-size",
        "rign-size, ring-size",
        "mod, mode",
        "moed, mode",
        "waitstrategy, wait-strategy",
        "tz, tx",
        "wait-startegies, wait-strategy"
    })
    void shouldFindWhatWasMeant(String typed, String meant) {
        assertEquals(meant, NearestName.to(typed, KNOWN));
    }

    @ParameterizedTest
    @CsvSource({"colour", "q", "threads", "''"})
    void shouldNotGuess(String typed) {
        assertNull(NearestName.to(typed, KNOWN));
    }

    @Test
    void shouldListWhatThereIs() {
        assertEquals("keys: tx, rx", NearestName.advice("colour", List.of("tx", "rx"), "keys"));
        assertEquals("there are no ports", NearestName.advice("colour", List.of(), "ports"));
    }
}
