package io.millrace.lab.bench.micro;

import io.millrace.Frame;
import io.millrace.Stage;
import io.millrace.core.path.InlinePipeline;
import io.millrace.core.path.StageRunner;
import io.millrace.ring.Umem;
import io.millrace.spi.FrameBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;
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
 * Reading six fields of a frame of 64 bytes, and writing four, in each of the ways that there are: the port's
 * {@link MemorySegment}; a frame's Agrona buffer, moved from frame to frame; that of {@link Frame} inside a stage, with
 * the pipeline around it, which {@link #passStage} tells alone; plain Unsafe, which checks nothing; and, as the floor,
 * an array on the heap. Native memory is laid out as the kernel does it, the array alike.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-XX:MaxInlineLevel=30"
        })
public class FrameAccessBenchmark {
    private static final int BATCH = MicroFrames.BATCH;
    private static final int LENGTH = MicroFrames.IPV4.length;
    private static final ByteOrder BIG = ByteOrder.BIG_ENDIAN;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(BIG);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(BIG);
    private static final VarHandle HEAP_SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, BIG);
    private static final VarHandle HEAP_INT = MethodHandles.byteArrayViewVarHandle(int[].class, BIG);
    private static final int U8 = 0xff;
    private static final int U16 = 0xffff;
    private static final long U32 = 0xffff_ffffL;

    // The offsets of the fields in a frame of Ethernet, IPv4 and UDP.
    private static final int DESTINATION_MAC = 0;
    private static final int DESTINATION_MAC_END = 4;
    private static final int ETHER_TYPE = 12;
    private static final int TOTAL_LENGTH = 16;
    private static final int TTL = 22;
    private static final int PROTOCOL = 23;
    private static final int SOURCE = 26;
    private static final int DESTINATION = 30;
    private static final int PORT = MicroFrames.IPV4_PORT;

    private final FrameBuffer buffer = new FrameBuffer();
    private Arena arena;
    private Umem umem;
    private byte[] heap;
    private InlinePipeline readingStage;
    private InlinePipeline writingStage;
    private InlinePipeline idleStage;
    private long stageSum;
    private long stageFrames;
    private int turn;

    @Setup
    public void setUp() {
        MicroCpu.pin(MicroCpu.MEASURED);
        arena = Arena.ofShared();
        umem = MicroFrames.map(arena, MicroFrames.IPV4, MicroFrames.IPV4_PORT);
        heap = MicroFrames.onHeap(MicroFrames.IPV4, MicroFrames.IPV4_PORT);
        readingStage = pipeline(frame -> stageSum += read(frame.buffer()));
        idleStage = pipeline(frame -> stageFrames++);
        writingStage = pipeline(frame -> write(frame.buffer(), turn, turn++));
    }

    private InlinePipeline pipeline(Stage stage) {
        final MicroStages stages = MicroStages.of(umem, stage);
        return new InlinePipeline(new StageRunner[] {stages.runner()}, stages.outlet());
    }

    @TearDown
    public void tearDown() {
        arena.close();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long readSegment() {
        final MemorySegment memory = umem.memory();
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            final long frame = MicroFrames.address(i);
            sum += (memory.get(SHORT, frame + ETHER_TYPE) & U16)
                    + (memory.get(SHORT, frame + TOTAL_LENGTH) & U16)
                    + (memory.get(BYTE, frame + PROTOCOL) & U8)
                    + (memory.get(INT, frame + SOURCE) & U32)
                    + (memory.get(INT, frame + DESTINATION) & U32)
                    + (memory.get(SHORT, frame + PORT) & U16);
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long readBuffer() {
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            buffer.show(umem.baseAddress() + MicroFrames.address(i), LENGTH);
            sum += read(buffer);
        }
        return sum;
    }

    /** Measures the pipeline alone: the stage does not look at the frame. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long passStage() {
        passBatch(idleStage);
        return stageFrames;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long readInStage() {
        stageSum = 0;
        passBatch(readingStage);
        return stageSum;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long readUnsafe() {
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            final long frame = umem.baseAddress() + MicroFrames.address(i);
            sum += (Short.reverseBytes(UnsafeApi.getShort(frame + ETHER_TYPE)) & U16)
                    + (Short.reverseBytes(UnsafeApi.getShort(frame + TOTAL_LENGTH)) & U16)
                    + (UnsafeApi.getByte(frame + PROTOCOL) & U8)
                    + (Integer.reverseBytes(UnsafeApi.getInt(frame + SOURCE)) & U32)
                    + (Integer.reverseBytes(UnsafeApi.getInt(frame + DESTINATION)) & U32)
                    + (Short.reverseBytes(UnsafeApi.getShort(frame + PORT)) & U16);
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long readHeap() {
        final byte[] memory = heap;
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            final int frame = MicroFrames.address(i);
            sum += ((short) HEAP_SHORT.get(memory, frame + ETHER_TYPE) & U16)
                    + ((short) HEAP_SHORT.get(memory, frame + TOTAL_LENGTH) & U16)
                    + (memory[frame + PROTOCOL] & U8)
                    + ((int) HEAP_INT.get(memory, frame + SOURCE) & U32)
                    + ((int) HEAP_INT.get(memory, frame + DESTINATION) & U32)
                    + ((short) HEAP_SHORT.get(memory, frame + PORT) & U16);
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int writeSegment() {
        final MemorySegment memory = umem.memory();
        final int now = turn++;
        for (int i = 0; i < BATCH; i++) {
            final long frame = MicroFrames.address(i);
            memory.set(INT, frame + DESTINATION_MAC, now + i);
            memory.set(SHORT, frame + DESTINATION_MAC_END, (short) now);
            memory.set(BYTE, frame + TTL, (byte) now);
            memory.set(SHORT, frame + PORT, (short) (now + i));
        }
        return now;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int writeBuffer() {
        final int now = turn++;
        for (int i = 0; i < BATCH; i++) {
            buffer.show(umem.baseAddress() + MicroFrames.address(i), LENGTH);
            write(buffer, now, now + i);
        }
        return now;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int writeInStage() {
        passBatch(writingStage);
        return turn;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int writeUnsafe() {
        final int now = turn++;
        for (int i = 0; i < BATCH; i++) {
            final long frame = umem.baseAddress() + MicroFrames.address(i);
            UnsafeApi.putInt(frame + DESTINATION_MAC, Integer.reverseBytes(now + i));
            UnsafeApi.putShort(frame + DESTINATION_MAC_END, Short.reverseBytes((short) now));
            UnsafeApi.putByte(frame + TTL, (byte) now);
            UnsafeApi.putShort(frame + PORT, Short.reverseBytes((short) (now + i)));
        }
        return now;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int writeHeap() {
        final byte[] memory = heap;
        final int now = turn++;
        for (int i = 0; i < BATCH; i++) {
            final int frame = MicroFrames.address(i);
            HEAP_INT.set(memory, frame + DESTINATION_MAC, now + i);
            HEAP_SHORT.set(memory, frame + DESTINATION_MAC_END, (short) now);
            memory[frame + TTL] = (byte) now;
            HEAP_SHORT.set(memory, frame + PORT, (short) (now + i));
        }
        return now;
    }

    private static void passBatch(InlinePipeline pipeline) {
        for (int i = 0; i < BATCH; i++) {
            pipeline.frame(0, 0, MicroFrames.address(i), LENGTH);
        }
        pipeline.end();
    }

    private static long read(DirectBuffer frame) {
        return (frame.getShort(ETHER_TYPE, BIG) & U16)
                + (frame.getShort(TOTAL_LENGTH, BIG) & U16)
                + (frame.getByte(PROTOCOL) & U8)
                + (frame.getInt(SOURCE, BIG) & U32)
                + (frame.getInt(DESTINATION, BIG) & U32)
                + (frame.getShort(PORT, BIG) & U16);
    }

    private static void write(MutableDirectBuffer frame, int now, int port) {
        frame.putInt(DESTINATION_MAC, port, BIG);
        frame.putShort(DESTINATION_MAC_END, (short) now, BIG);
        frame.putByte(TTL, (byte) now);
        frame.putShort(PORT, (short) port, BIG);
    }
}
