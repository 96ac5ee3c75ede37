package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final List<Config> TOLD = Stream.of(
                    "{time_ns:100,n:5}",
                    "{time_ns:200,n:10}",
                    "{n:11}",
                    "{time_ns:300}",
                    "{time_ns:400,n:30}",
                    "{time_ns:500,n:90}")
            .map(ConfigFactory::parseString)
            .toList();

    @Test
    void shouldTakeTheFirstAndTheLastOfTheTime() {
        assertEquals(20 * 1e9 / 200, Progress.perSecond(TOLD, "n", 150, 450));
        assertEquals(25 * 1e9 / 300, Progress.perSecond(TOLD, "n", 100, 400));
    }

    @Test
    void shouldSayNothingOfASingleLine() {
        assertEquals(Double.NaN, Progress.perSecond(TOLD, "n", 350, 450));
        assertEquals(Double.NaN, Progress.perSecond(TOLD, "m", 0, 1_000));
        assertEquals(Double.NaN, Progress.perSecond(List.of(), "n", 0, 1_000));
    }
}
