package io.millrace.lab.bench.micro;

import io.millrace.ring.FillRing;
import io.millrace.ring.HugePages;
import io.millrace.ring.RingOffsets;
import io.millrace.ring.RxRing;
import io.millrace.ring.TxRing;
import io.millrace.ring.Umem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a frame costs on the rings alone, in batches of 64, without a kernel, without touching bytes, with everything in
 * the cache. The descriptors in the RX ring stay as they are; on the kernel's side only the cursors move, once a batch.
 * {@link #kernelAlone} measures that part.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class RingBenchmark {
    private static final int BATCH = 64;
    private static final int FRAME_SIZE = 2048;
    private static final int FRAMES = 8192;
    private static final int HEADROOM = 256;
    private static final int PACKET_LENGTH = 60;
    private static final int RX_SIZE = 2048;
    private static final int TX_SIZE = 2048;
    private static final int FILL_SIZE = 4096;
    private static final long ADDRESS_LENGTH = 8;
    private static final long DESCRIPTOR_LENGTH = 16;
    private static final long PAGE = 4096;
    private static final RingOffsets OFFSETS = new RingOffsets(0, 128, 196, 320);
    private static final VarHandle CURSOR = ValueLayout.JAVA_INT.varHandle();

    private Arena arena;
    private Umem umem;
    private RxRing rx;
    private TxRing tx;
    private FillRing fill;
    private MemorySegment rxMemory;
    private MemorySegment txMemory;
    private MemorySegment fillMemory;
    private int kernelCursor;

    /** Shared memory, as in the engine: another thread may close it at any time. */
    @Setup
    public void setUp() {
        MicroCpu.pin(MicroCpu.MEASURED);
        arena = Arena.ofShared();
        umem = Umem.map(arena, FRAMES, FRAME_SIZE, HugePages.OFF);
        rxMemory = arena.allocate(OFFSETS.descriptors() + RX_SIZE * DESCRIPTOR_LENGTH, PAGE);
        txMemory = arena.allocate(OFFSETS.descriptors() + TX_SIZE * DESCRIPTOR_LENGTH, PAGE);
        fillMemory = arena.allocate(OFFSETS.descriptors() + FILL_SIZE * ADDRESS_LENGTH, PAGE);
        for (int i = 0; i < RX_SIZE; i++) {
            final long descriptor = OFFSETS.descriptors() + i * DESCRIPTOR_LENGTH;
            rxMemory.set(ValueLayout.JAVA_LONG, descriptor, (long) i * FRAME_SIZE + HEADROOM);
            rxMemory.set(ValueLayout.JAVA_INT, descriptor + 8, PACKET_LENGTH);
        }
        rx = new RxRing(rxMemory, OFFSETS, RX_SIZE, umem.unaligned());
        tx = new TxRing(txMemory, OFFSETS, TX_SIZE);
        fill = new FillRing(fillMemory, OFFSETS, FILL_SIZE);
    }

    @TearDown
    public void tearDown() {
        arena.close();
    }

    /** Measures the part to be subtracted from the others. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int kernelAlone() {
        return moveKernelCursors();
    }

    /** Receive and drop: each frame goes back to the kernel at once. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long rxToFill() {
        moveKernelCursors();
        final int count = Math.min(rx.peek(BATCH), fill.reserve(BATCH));
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            bytes += rx.length(i);
            fill.address(i, umem.frameAddress(rx.address(i)));
        }
        fill.submit(count);
        rx.release(count);
        return bytes;
    }

    /** Receive and drop, asking after each batch whether to wake the kernel, which takes a full fence. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long rxToFillAskingToWake() {
        final long bytes = rxToFill();
        return fill.needsWakeUp() ? -bytes : bytes;
    }

    /** Receive and send. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int rxToTx() {
        moveKernelCursors();
        final int count = Math.min(rx.peek(BATCH), tx.reserve(BATCH));
        for (int i = 0; i < count; i++) {
            tx.frame(i, rx.address(i), rx.length(i));
        }
        tx.submit(count);
        rx.release(count);
        return count;
    }

    /** The kernel has taken what was submitted before, and received the next batch. */
    private int moveKernelCursors() {
        CURSOR.setRelease(fillMemory, OFFSETS.consumer(), kernelCursor);
        CURSOR.setRelease(txMemory, OFFSETS.consumer(), kernelCursor);
        kernelCursor += BATCH;
        CURSOR.setRelease(rxMemory, OFFSETS.producer(), kernelCursor);
        return kernelCursor;
    }
}
