package io.millrace.lab.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class RateConverterTest {
    private final RateConverter converter = new RateConverter();

    @ParameterizedTest
    @CsvSource({"500,500", "200k,200000", "3M,3000000", "1.5M,1500000", "1G,1000000000"})
    void shouldReadFramesPerSecond(String text, double expected) {
        assertEquals(expected, converter.convert(text).perSecond());
    }

    @ParameterizedTest
    @ValueSource(strings = {"500", "200k", "3M", "1.5M", "max"})
    void shouldPrintAsItReads(String text) {
        assertEquals(text, converter.convert(text).toString());
    }

    @Test
    void shouldTakeMaxAsFlatOut() {
        assertTrue(converter.convert("max").flatOut());
    }

    @Test
    void shouldSayHowManyFramesAreDue() {
        assertEquals(100_000, converter.convert("200k").framesIn(Duration.ofMillis(500)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "k", "200K", "3m", "-5", "2G", "MAX", "10/s"})
    void shouldRefuseWhatIsNoRate(String text) {
        TypeConversionException failure = assertThrows(TypeConversionException.class, () -> converter.convert(text));
        assertTrue(failure.getMessage().contains("'" + text + "'"), failure.getMessage());
    }
}
