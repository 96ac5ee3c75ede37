package io.millrace.lab.bench.micro;

import io.millrace.wire.InternetChecksum;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Computes the Internet checksum of an IPv4 header, of a small packet, of a full one and of a jumbo frame. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"})
public class ChecksumBenchmark {
    private static final long SPACE = 9216;
    /** A pattern, which is the same in C. */
    private static final int FACTOR = 31;

    private static final int OFFSET = 7;

    @Param({"20", "64", "1500", "9000"})
    int length;

    private Arena arena;
    private UnsafeBuffer buffer;

    @Setup
    public void setUp() {
        MicroCpu.pin(MicroCpu.MEASURED);
        arena = Arena.ofShared();
        final MemorySegment memory = arena.allocate(SPACE, Long.BYTES);
        for (int i = 0; i < SPACE; i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) (i * FACTOR + OFFSET));
        }
        buffer = new UnsafeBuffer(memory.address(), (int) SPACE);
    }

    @TearDown
    public void tearDown() {
        arena.close();
    }

    @Benchmark
    public int checksum() {
        return InternetChecksum.compute(buffer, 0, length);
    }
}
