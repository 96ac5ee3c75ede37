package io.millrace.lab.bench.micro;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.lab.bench.CCompiler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Java and C do the same work: the same number of descriptors, the same fields, the same checksums. */
class MicroShapesTest {
    private static final int CALLS = 40; // goes round each ring more than once
    private static final int BATCH = 64;
    private static final int PACKET_LENGTH = 60;

    private final List<Runnable> closers = new ArrayList<>();

    @AfterEach
    void close() {
        closers.forEach(Runnable::run);
    }

    @Test
    void shouldReturnTheSameInJavaAndInC() throws Exception {
        CCompiler.assumeThere();
        final Map<String, Long> c = CProgram.build(Path.of("").toAbsolutePath()).check(CALLS);
        final Map<String, Long> java = new TreeMap<>();
        rings().forEach((name, call) -> java.put(name, sum(call)));
        java.putAll(headers());
        for (int length : new int[] {20, 64, 1500, 9000}) {
            java.put("checksum-" + length, sum(checksum(length)));
        }
        java.put("read-fields", sum(access()::readSegment));
        java.put("write-fields", sum(access()::writeSegment));
        assertEquals(java, c);
        assertEquals((long) CALLS * BATCH * PACKET_LENGTH, java.get("rx-to-fill"));
        assertEquals((long) CALLS * BATCH, java.get("rx-to-tx"));
    }

    @Test
    void shouldNameOnlyWhatCHas() throws Exception {
        CCompiler.assumeThere();
        assertEquals(
                CProgram.build(Path.of("").toAbsolutePath()).check(1).keySet(),
                new TreeSet<>(Stream.of(MicroBenchmark.values())
                        .map(MicroBenchmark::cName)
                        .filter(name -> name != null)
                        .toList()));
    }

    @Test
    void shouldReadAndWriteTheSameByEveryAccess() {
        final FrameAccessBenchmark access = access();
        final long before = access.readSegment();
        assertEquals(before, access.readBuffer());
        assertEquals(before, access.readInStage());
        assertEquals(before, access.readUnsafe());
        assertEquals(before, access.readHeap());
        for (LongSupplier write : List.<LongSupplier>of(
                access()::writeSegment, access()::writeBuffer, access()::writeUnsafe, access()::writeHeap)) {
            assertEquals(sum(access()::writeSegment), sum(write));
        }
        final FrameAccessBenchmark[] written = {access(), access(), access()};
        written[0].writeSegment();
        written[1].writeBuffer();
        written[2].writeUnsafe();
        final FrameAccessBenchmark heap = access();
        heap.writeHeap();
        for (FrameAccessBenchmark other : written) {
            assertEquals(heap.readHeap(), other.readSegment());
        }
        final FrameAccessBenchmark staged = access();
        assertEquals(BATCH, staged.writeInStage());
        assertEquals(heap.readHeap(), staged.readSegment(), "ports 0 to 63 here, too");
    }

    @Test
    void shouldHandOverWholeBatches() throws Exception {
        final HandOverBenchmark benchmark = new HandOverBenchmark();
        final HandOverBenchmark.Cranked cranked = new HandOverBenchmark.Cranked();
        cranked.start();
        closers.add(cranked::stop);
        for (int i = 0; i < CALLS; i++) {
            assertEquals(2 * BATCH, benchmark.handOverByOneThread(cranked), "handled and reclaimed");
        }
        final HandOverBenchmark.Threaded threaded = new HandOverBenchmark.Threaded();
        threaded.start();
        int reclaimed = 0;
        for (int i = 0; i < CALLS; i++) {
            reclaimed += benchmark.handOver(threaded);
        }
        assertEquals(CALLS * BATCH, reclaimed + threaded.drain());
        threaded.stop();
    }

    private static long sum(LongSupplier call) {
        long sum = 0;
        for (int i = 0; i < CALLS; i++) {
            sum += call.getAsLong();
        }
        return sum;
    }

    private Map<String, LongSupplier> rings() {
        return Map.of(
                "kernel-alone",
                ring()::kernelAlone,
                "rx-to-fill",
                ring()::rxToFill,
                "rx-to-fill-asking-to-wake",
                ring()::rxToFillAskingToWake,
                "rx-to-tx",
                ring()::rxToTx);
    }

    private RingBenchmark ring() {
        final RingBenchmark ring = new RingBenchmark();
        ring.setUp();
        closers.add(ring::tearDown);
        return ring;
    }

    private Map<String, Long> headers() {
        final HeaderBenchmark header = new HeaderBenchmark();
        header.setUp();
        closers.add(header::tearDown);
        return Map.of("decode-ipv4", sum(header::decodeIpv4), "decode-vlan-ipv6", sum(header::decodeVlanIpv6));
    }

    private LongSupplier checksum(int length) {
        final ChecksumBenchmark checksum = new ChecksumBenchmark();
        checksum.length = length;
        checksum.setUp();
        closers.add(checksum::tearDown);
        return checksum::checksum;
    }

    private FrameAccessBenchmark access() {
        final FrameAccessBenchmark access = new FrameAccessBenchmark();
        access.setUp();
        closers.add(access::tearDown);
        return access;
    }
}
