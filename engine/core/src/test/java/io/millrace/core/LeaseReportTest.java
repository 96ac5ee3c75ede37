package io.millrace.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LeaseReportTest {
    private final List<String> lines = new ArrayList<>();

    private void tell(int leased, boolean isTracked, int places) {
        List<Throwable> noted =
                Stream.<Throwable>generate(Throwable::new).limit(places).toList();
        LeaseReport.tell(leased, isTracked, noted, (line, place) -> lines.add(line + (place == null ? "" : " AT")));
    }

    @Test
    void shouldTellThePlacesThatWereNoted() {
        tell(0, true, 0);
        assertEquals(List.of(), lines);
        tell(2, true, 2);
        assertEquals(
                List.of("2 leases were never closed", "a lease was never closed AT", "a lease was never closed AT"),
                lines);
    }

    @Test
    void shouldSayHowToLearnThem() {
        tell(3, false, 0);
        assertEquals(
                List.of("3 leases were never closed; set leases.track = on to learn where they were taken"), lines);
    }

    @Test
    void shouldLeaveRoomInTheLogForOthers() {
        tell(5_000, true, 5_000);
        assertEquals(102, lines.size());
        assertEquals("5000 leases were never closed", lines.getFirst());
        assertEquals("a lease was never closed AT", lines.get(100));
        assertEquals("4900 more leases were never closed; where they were taken is not told", lines.getLast());
    }
}
