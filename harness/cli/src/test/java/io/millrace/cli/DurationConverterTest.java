package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationConverterTest {
    private final DurationConverter converter = new DurationConverter();

    @ParameterizedTest
    @CsvSource({
        "500ms,500000000",
        "10s,10000000000",
        "2m,120000000000",
        "1.5s,1500000000",
        "200us,200000",
        "1h,3600000000000"
    })
    void shouldReadNumberAndUnit(String text, long expectedNs) {
        assertEquals(Duration.ofNanos(expectedNs), converter.convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "10 s", "-1s", "10S", "1e3s", "10d", "0s", "0.0000000001s", "999999999999h"})
    void shouldRefuseWhatIsNoDuration(String text) {
        TypeConversionException failure = assertThrows(TypeConversionException.class, () -> converter.convert(text));
        assertTrue(failure.getMessage().contains("'" + text + "'"), failure.getMessage());
    }
}
