package io.millrace.lab.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VmResultTest {
    private final VmResult result = new VmResult();

    private void note(GuestEvent.Kind kind, Map<String, Object> fields) {
        result.note(new GuestEvent(kind, fields));
    }

    private void start() {
        note(GuestEvent.Kind.START, Map.of("kernel", "7.3", "java", "25"));
    }

    private void check(String name, boolean passed) {
        note(GuestEvent.Kind.CHECK, Map.of("name", name, "passed", passed, "detail", "why"));
    }

    private void rates(double copy, double zeroCopy) {
        rate(RatePath.ZERO_COPY, zeroCopy);
        rate(RatePath.COPY_RECEIVED, zeroCopy / 2);
        rate(RatePath.COPY, copy);
    }

    private void rate(RatePath path, double framesPerSecond) {
        note(GuestEvent.Kind.RATE, Map.of("path", path.name(), "frames_per_second", framesPerSecond));
    }

    private void end() {
        note(GuestEvent.Kind.END, Map.of());
        result.wentOff(true, 600);
    }

    @Test
    void shouldPassWhenAllHolds() {
        start();
        check("a", true);
        rates(10_000, 70_000);
        end();
        assertTrue(result.passed());
        assertTrue(result.hasRates());
        assertEquals(7, result.ratio(RatePath.COPY));
        assertEquals(2, result.ratio(RatePath.COPY_RECEIVED));
        assertEquals(true, result.json().get("passed"));
    }

    @Test
    void shouldFailWithACheck() {
        start();
        check("a", true);
        check("b", false);
        end();
        assertFalse(result.passed());
        assertEquals(List.of("b: why"), result.problems());
    }

    @Test
    void shouldOnlyTellTheRates() {
        start();
        rates(10_000, 29_000);
        end();
        assertTrue(result.passed());
        assertEquals(2.9, result.ratio(RatePath.COPY));
    }

    @Test
    void shouldTellAFailureFromAGuestThatCameToNoEnd() {
        start();
        check("a", true);
        result.wentOff(false, 600);
        assertTrue(result.unfinished());
        assertFalse(result.passed());
        check("b", false);
        assertFalse(result.unfinished());
    }

    @Test
    void shouldNotJudgeRatesThatWereNotMeasured() {
        start();
        rate(RatePath.ZERO_COPY, 1);
        end();
        assertTrue(result.passed());
    }

    @Test
    void shouldFailWhenTheGuestDoesNotFinish() {
        result.wentOff(true, 600);
        assertEquals(List.of("the guest went off before its Java ran"), result.problems());
        assertTrue(result.brokeOff());
        result.startAgain();
        start();
        end();
        assertTrue(result.passed());
        assertEquals(2, result.json().get("boots"));
    }

    @Test
    void shouldKeepWhatACheckFoundWhenTheGuestStartsAgain() {
        start();
        check("a", false);
        result.wentOff(true, 600);
        result.startAgain();
        start();
        check("a", true);
        end();
        assertEquals(List.of("a: why"), result.problems());
    }

    @Test
    void shouldNotStartAgainWhenTheGuestSaidWhy() {
        start();
        note(GuestEvent.Kind.FAILED, Map.of("text", "no eth0"));
        result.wentOff(true, 600);
        assertFalse(result.brokeOff());
        assertEquals(List.of("the guest can't go on: no eth0"), result.problems());
    }

    @Test
    void shouldFailWhenTheGuestEndsInTheMiddle() {
        start();
        check("a", true);
        result.wentOff(true, 600);
        assertEquals(List.of("the guest ended in the middle of a check"), result.problems());
    }

    @Test
    void shouldFailWhenTimeIsOver() {
        start();
        result.wentOff(false, 600);
        assertEquals(List.of("the guest was not done after 600 s; give it more with --timeout"), result.problems());
    }
}
