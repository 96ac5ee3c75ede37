package io.millrace.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EngineResultTest {
    private static final String BEFORE = """
        {"time_ns":5,"duration_ns":100,"alloc_bytes":7,"version":1,
         "stages":{"count":{"frames":10,"errors":1}},
         "ports":{"ingress":{"rx_frames":10,"dropped":{"tx_full":3},"kernel":{"rx_dropped":1},
         "attach":"native",
          "connections":{"accepted":4},"link":{"mtu":1500},
          "frames":{"total":64,"free":60}}}}""";
    private static final String END = """
        {"duration_ns":300,"alloc_bytes":9,"version":1,"start":{"open_ns":8},
         "stages":{"count":{"frames":110,"errors":1}},
         "ports":{"ingress":{"rx_frames":110,"dropped":{"tx_full":3,"gone":2},"kernel":{"rx_dropped":5},
         "attach":"native",
          "connections":{"accepted":4},"link":{"mtu":1500},
          "frames":{"total":64,"free":64}}}}""";

    /** All numbers as text: a difference is a long where the parser has an int. */
    private static String numbers(Map<String, Object> tree) {
        return new TreeMap<>(tree)
                .entrySet().stream()
                        .map(entry -> entry.getKey() + "="
                                + (entry.getValue() instanceof Map<?, ?> map
                                        ? numbers(castKeys(map))
                                        : entry.getValue()))
                        .toList()
                        .toString();
    }

    private static Map<String, Object> castKeys(Map<?, ?> map) {
        Map<String, Object> copy = new TreeMap<>();
        map.forEach((key, value) -> copy.put(key.toString(), value));
        return copy;
    }

    @Test
    void shouldTakeWhatFlowedBeforeFromWhatFlowedAndLeaveTheRest() {
        EngineResult since = EngineResult.parse(END).since(EngineResult.parse(BEFORE));
        assertEquals(numbers(EngineResult.parse("""
            {"duration_ns":200,"alloc_bytes":2,"version":1,"start":{"open_ns":8},
             "stages":{"count":{"frames":100,"errors":0}},
             "ports":{"ingress":{"rx_frames":100,"dropped":{"tx_full":0,"gone":2},"kernel":{"rx_dropped":4},
             "attach":"native",
              "connections":{"accepted":4},"link":{"mtu":1500},
              "frames":{"total":64,"free":64}}}}""").tree()), numbers(since.tree()));
        assertEquals(100, since.port("rx_frames"));
    }
}
