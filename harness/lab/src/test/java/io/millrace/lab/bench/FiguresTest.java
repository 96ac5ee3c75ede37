package io.millrace.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How figures are made of what the kernel and the programs tell. */
class FiguresTest {
    private static final Round.Latency LATENCY = new Round.Latency(1, 2, 3, 4);

    private static Config json(String text) {
        return ConfigFactory.parseString(text);
    }

    private static Receiver.Result result(String json, Config... progress) {
        return new Receiver.Result(new Contender.Counts(0, 0, 0, 0, 0), json(json), List.of(progress), null, "");
    }

    @Test
    void shouldTakeTheHeapUseOfTheMeasuredTimeOnly() {
        Config[] progress = {
            json("{time_ns:0,alloc_bytes:5000}"),
            json("{time_ns:1000,alloc_bytes:9000}"),
            json("{time_ns:3000,alloc_bytes:9010}"),
            json("{time_ns:5000,alloc_bytes:20000}")
        };
        assertEquals(5e6, Heap.bytesPerSecond(result("{alloc_bytes:30000}", progress), 1_000, 4_000));
    }

    @Test
    void shouldTakeTheHeapUseOfAllTheLifeWhereNothingElseIsTold() {
        assertEquals(1e3, Heap.bytesPerSecond(result("{alloc_bytes:2000,duration_ns:2000000000}"), 0, 1));
        assertTrue(Double.isNaN(Heap.bytesPerSecond(result("{rx_frames:1}"), 0, 1)));
    }

    @Test
    void shouldTakeTheHeapFromTheLastLineBeforeTheMeasuredTimeWhenThereAreNotTwoInIt() {
        Receiver.Result told = result(
                "{alloc_bytes:10000,duration_ns:3500}",
                json("{time_ns:1000,alloc_bytes:7000,duration_ns:500}"),
                json("{time_ns:2000,alloc_bytes:9000,duration_ns:1500}"),
                json("{time_ns:3000,alloc_bytes:9900,duration_ns:2500}"));
        assertEquals(1000 * 1e9 / 2000, Heap.bytesPerSecond(told, 2_500, 3_500));
        assertEquals(10_000 * 1e9 / 3500, Heap.bytesPerSecond(told, 900, 1_500));
    }

    @Test
    void shouldNotTakeThreadsThatWaitForEachOtherForADisturbance() {
        assertEquals(0.1, new CpuUse(90, 500, 0, 0).waited(100), 1e-9, "its own threads had 90 of 100 ns");
        assertEquals(0.3, new CpuUse(20, 30, 0, 0).waited(100), 1e-9);
        assertEquals(0, new CpuUse(101, 30, 0, 0).waited(100), 1e-9);
    }

    @Test
    void shouldSplitTheCostOfADatagram() {
        Window before = new Window(0, new CpuUse(0, 0, 0, 0), new CpuUse(0, 0, 0, 0), 0);
        Window after = new Window(1_000_000_000, new CpuUse(500_000, 0, 1, 4), new CpuUse(0, 200_000_000, 0, 0), 4_096);
        assertEquals(new Round.Cost(500, 100, 3, 4_096), after.cost(before, 1_000, 3_000));
        assertEquals(0.2, after.waited(before), 1e-9);
        assertTrue(Double.isNaN(after.cost(before, 0, 3_000).heapBytes()));
    }

    @Test
    void shouldAddUpWhatTheCollectorsLogTells(@TempDir Path folder) throws IOException {
        assertTrue(Double.isNaN(Pauses.totalNs(Pauses.read(folder))), "no JVM");
        Files.writeString(folder.resolve("gc.log"), """
            [0.010s][info][gc] Using G1
            [1.200s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 24M->3M(512M) 1.250ms
            [1.300s][info][gc] GC(1) Concurrent Mark Cycle 9.000ms
            [1.400s][info][gc] GC(1) Pause Remark 30M->30M(512M) 0.750ms
            """);
        assertEquals(new Pauses(2, 2e6), Pauses.read(folder));
    }

    @Test
    void shouldKnowTheMemoryOfAProcess() {
        assertTrue(ResidentMemory.ofProcess(ProcessHandle.current().pid()) > 1 << 20);
        assertEquals(0, ResidentMemory.ofProcess(-1));
    }

    @Test
    void shouldReadWhatTheClientFound() {
        assertEquals(
                new TcpClient.Result(10, 4, 20, LATENCY, 640, 639, 1),
                TcpClient.Result.of(
                        json("{messages:10,first_half_messages:4,duration_ns:20,p50_ns:1,p99_ns:2,p999_ns:3,"
                                + "max_ns:4,tx_bytes:640,rx_bytes:639,errors:1}")));
    }

    @Test
    void shouldMissBytesOnEitherSideOfAConnection() {
        assertEquals("", problem(0, 640, 640, 640, 640));
        assertEquals("2 connections failed: closed by the server", problem(2, 640, 640, 640, 640));
        assertEquals("sent 640 bytes, but it received 639", problem(0, 640, 640, 639, 640));
        assertEquals("it sent back 641 bytes, but 640 arrived", problem(0, 640, 640, 640, 641));
    }

    private static String problem(long errors, long sent, long back, long received, long returned) {
        return TcpTurn.problem(
                new TcpClient.Result(10, 4, 20, LATENCY, sent, back, errors),
                new Contender.Counts(received, returned, 0, 0, Contender.UNKNOWN),
                "closed by the server");
    }
}
