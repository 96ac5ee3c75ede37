package io.millrace.spi.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigValueFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteSizeTest {
    private static final KeyType<Integer> ANY = KeyTypes.bytes(0, KeyTypes.GIB);
    private static final KeyType<Integer> POWER = KeyTypes.bytesPowerOfTwo(2 * KeyTypes.KIB, KeyTypes.MIB);

    private static int read(KeyType<Integer> type, Object text) throws BadValue {
        return type.read(ConfigValueFactory.fromAnyRef(text));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "1023, 1023, 1023",
        "1024, 1024, 1KiB",
        "1536, 1536, 1536",
        "3KiB, 3072, 3KiB",
        "4MiB, 4194304, 4MiB",
        "4097KiB, 4195328, 4097KiB",
        "1GiB, 1073741824, 1GiB",
        "64 B, 64, 64",
        "1048576 KiB, 1073741824, 1GiB"
    })
    void shouldReadAndWriteInTheLargestUnit(String text, int bytes, String written) throws BadValue {
        assertEquals(bytes, read(ANY, text));
        assertEquals(written, ANY.write(bytes));
        assertEquals(bytes, read(ANY, written));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1048577 KiB | is 1048577 KiB, more than 1GiB; use a size, 0 to 1GiB",
                "999999999999999999GiB | is 999999999999999999GiB, more than 1GiB; use a size, 0 to 1GiB",
                "1.5KiB | is '1.5KiB', which is no size like 2048 or 2KiB; use a size, 0 to 1GiB",
                "2KB | is '2KB', which is no size like 2048 or 2KiB; use a size, 0 to 1GiB",
            })
    void shouldRefuseWhatIsOutOfTheRangeOrNoSize(String text, String expected) {
        assertEquals(
                expected, assertThrows(BadValue.class, () -> read(ANY, text)).getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | is 0, less than 2KiB; use a power of two, 2KiB to 1MiB",
                "3KiB | is 3KiB, not a power of two; use 4KiB",
                "1047KiB | is 1047KiB, more than 1MiB; use a power of two, 2KiB to 1MiB",
            })
    void shouldRefuseWhatIsNoPowerOfTwo(String text, String expected) {
        assertEquals(
                expected, assertThrows(BadValue.class, () -> read(POWER, text)).getMessage());
    }
}
