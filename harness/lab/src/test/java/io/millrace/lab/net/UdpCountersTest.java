package io.millrace.lab.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class UdpCountersTest {
    private static final String HEAD =
            "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti"
                    + " MemErrors";

    @Test
    void shouldFindItsColumnsByName() {
        UdpCounters counters = UdpCounters.parse(List.of(
                "Tcp: ActiveOpens", "Tcp: 7", HEAD, "Udp: 10 1 5 9 3 2 1 0 1", "UdpLite: InDatagrams", "UdpLite: 99"));
        assertEquals(new UdpCounters(10, 1, 5, 3, 2), counters);
    }

    @Test
    void shouldSayWhatWasCountedSince() {
        assertEquals(
                new UdpCounters(9, 7, 5, 3, 1), new UdpCounters(10, 9, 8, 7, 6).since(new UdpCounters(1, 2, 3, 4, 5)));
    }

    @Test
    void shouldNotGuessWhatIsMissing() {
        assertThrows(IllegalStateException.class, () -> UdpCounters.parse(List.of(HEAD)));
        IllegalStateException failure = assertThrows(
                IllegalStateException.class,
                () -> UdpCounters.parse(List.of("Udp: InDatagrams NoPorts InErrors", "Udp: 1 2 3")));
        assertTrue(failure.getMessage().contains("RcvbufErrors"), failure.getMessage());
    }

    @Test
    void shouldReadThisKernels() throws Exception {
        assertTrue(UdpCounters.read().received() >= 0);
    }
}
