package io.millrace.lab.bench.micro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How results are made of measured times and of the C program's output. */
class MicroTallyTest {
    private static MicroRun run(double... ns) {
        return new MicroRun(ns, 0);
    }

    @Test
    void shouldTakeTheMediansOfEachRoundAndTheirRatio() {
        final MicroTally tally = new MicroTally(MicroBenchmark.DECODE_IPV4);
        tally.add(run(3, 1, 2), run(1, 1, 4), 0, 0);
        tally.add(run(6, 6, 9), run(2, 3, 2), 0, 0);
        tally.add(run(5), run(2), 0, 0);
        final MicroResult result = tally.result();
        assertEquals(MicroBenchmark.DECODE_IPV4, result.benchmark());
        assertEquals(List.of(2.0, 6.0, 5.0), result.java());
        assertEquals(List.of(1.0, 2.0, 2.0), result.c());
        assertEquals(List.of(2.0, 3.0, 2.5), result.ratios());
    }

    @Test
    void shouldTakeTheKernelsPartOffBothSides() {
        final MicroTally tally = new MicroTally(MicroBenchmark.RX_TO_FILL);
        tally.add(run(1.5, 1.75), run(1.25), 0.5, 0.25);
        final MicroResult result = tally.result();
        assertEquals(List.of(1.125), result.java());
        assertEquals(List.of(1.0), result.c());
        assertEquals(List.of(1.125), result.ratios());
    }

    @Test
    void shouldHaveNoRatioWithoutC() {
        final MicroTally tally = new MicroTally(MicroBenchmark.HAND_OVER);
        tally.add(run(1), null, 0, 0);
        assertEquals(List.of(), tally.result().c());
        assertEquals(List.of(), tally.result().ratios());
    }

    @Test
    void shouldShowTheMostBytesOfAnyRoundAndCallTheLeastNothing() {
        final MicroTally tally = new MicroTally(MicroBenchmark.HAND_OVER);
        tally.add(new MicroRun(new double[] {1}, 0.001), null, 0, 0);
        assertFalse(tally.result().allocates());
        tally.add(new MicroRun(new double[] {1}, 0.5), null, 0, 0);
        tally.add(new MicroRun(new double[] {1}, 0.002), null, 0, 0);
        assertEquals(0.5, tally.result().bytesPerFrame());
        assertTrue(tally.result().allocates());
    }

    @Test
    void shouldReadWhatTheCProgramMeasured() throws IOException {
        final MicroRun run = CProgram.parse("rx-to-fill", "{\"name\":\"rx-to-fill\",\"ns\":[0.67861,1.21539]}\n");
        assertEquals(List.of(0.67861, 1.21539), List.of(run.ns()[0], run.ns()[1]));
        assertEquals(0, run.bytesPerFrame());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"name\":\"rx-to-fill\"}",
                "{\"name\":\"rx-to-fill\",\"ns\":[]}",
                "{\"name\":\"rx-to-fill\",\"ns\":[nan]}",
                "{\"name\":\"rx-to-tx\",\"ns\":[1]}",
                "{\"name\":\"rx-to-fill\",\"ns\""
            })
    void shouldRefuseWhatItDoesNotUnderstand(String output) {
        assertThrows(IOException.class, () -> CProgram.parse("rx-to-fill", output));
    }

    @Test
    void shouldWantTheKernelMeasuredBeforeItIsTakenOff() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new MicroSettings(List.of(MicroBenchmark.RX_TO_FILL), 1, 0, 1, 1, 1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new MicroSettings(List.of(), 1, 0, 1, 1, 1, 0, 0));
        assertEquals(
                MicroBenchmark.KERNEL_ALONE,
                MicroSettings.full(List.of(MicroBenchmark.values()), 5, 0, 1)
                        .benchmarks()
                        .getFirst());
        assertTrue(
                MicroSettings.quick(0, 1)
                        .benchmarks()
                        .containsAll(List.of(MicroBenchmark.RX_TO_FILL, MicroBenchmark.HAND_OVER)),
                "what there are bars for");
    }
}
