package io.millrace.lab.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SizeConverterTest {
    private final SizeConverter converter = new SizeConverter();

    @ParameterizedTest
    @CsvSource({"64,64", "64B,64", "2KiB,2048", "1MiB,1048576", "1GiB,1073741824", "0,0"})
    void shouldReadBytes(String text, int expected) {
        assertEquals(expected, converter.convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2K", "2kB", "2kib", "-1", "1.5KiB", "2GiB", "KiB"})
    void shouldRefuseWhatIsNoSize(String text) {
        TypeConversionException failure = assertThrows(TypeConversionException.class, () -> converter.convert(text));
        assertTrue(failure.getMessage().contains("'" + text + "'"), failure.getMessage());
    }
}
