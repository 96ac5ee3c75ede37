package io.millrace.afxdp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What runs for each frame or batch knows no config, no log and no statistics, and nothing that opens or closes. */
class HotHalfTest {
    private static final List<String> COLD = List.of(
            "org/slf4j/",
            "io/millrace/spi/EngineLog",
            "io/millrace/core/config/",
            "io/millrace/spi/config/",
            "io/millrace/statistics/PortStatistics",
            "io/millrace/statistics/KernelStatistics",
            "io/millrace/xdp/",
            "io/millrace/afxdp/AfXdp",
            "io/millrace/afxdp/QueueRecovery",
            "io/millrace/afxdp/UmemUsers",
            "io/millrace/afxdp/XdpSocket");

    @ParameterizedTest
    @ValueSource(
            classes = {
                XdpDataPath.class,
                SegmentedDataPath.class,
                XdpQueue.class,
                SegmentedQueue.class,
                QueueWaker.class,
                QueueExchange.class
            })
    void shouldKnowNothingCold(Class<?> hot) throws IOException {
        List<String> known = new ArrayList<>();
        try (InputStream file = hot.getResourceAsStream(hot.getSimpleName() + ".class")) {
            for (PoolEntry entry : ClassFile.of().parse(file.readAllBytes()).constantPool()) {
                if (entry instanceof Utf8Entry text) {
                    known.add(text.stringValue());
                }
            }
        }
        Stream<String> cold = known.stream().filter(text -> COLD.stream().anyMatch(text::contains));
        assertEquals(List.of(), cold.toList());
    }
}
