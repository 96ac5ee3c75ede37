package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ConnectionState;
import io.millrace.core.path.PipelineStub;
import io.millrace.ring.BufferRing;
import io.millrace.ring.CompletionQueue;
import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import io.millrace.spi.Framing;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The receiving half of a TCP port over plain memory, turned by hand: the test is the kernel, which fills buffers, and
 * the stages, which have frames until the test lets them go.
 */
final class StreamCrank implements AutoCloseable {
    static final int FRAME_SIZE = 2048;
    /** What {@link Stages#events} says of a frame; of events it names the state. */
    static final String FRAME = "frame";

    private static final int NO_FD = -1;
    /** The place in the ring where the process says how far it has provided buffers. */
    private static final long TAIL = 14;

    /** A frame that the stages have. */
    record Emitted(StreamConnection connection, long address, byte[] bytes) {}

    /** A completion whose turn has not come, because the pipeline had no room. */
    private record Completion(StreamConnection connection, int result, int flags) {}

    final Arena arena = Arena.ofConfined();
    final Umem umem;
    final SocketFrames frames;
    final StreamTable table = new StreamTable(new ConnectionIds(0, 0, 64), 64);
    final PortCounters counters = new PortCounters(new EngineCounters(), "p");
    final CycleClock clock = new CycleClock();
    final StreamLifecycle lifecycle;
    final Streams streams;
    final StreamReader reader;
    final StreamWriter writer;
    final Stages stages = new Stages();
    private final MemorySegment ring;
    private final int ringMask;
    private final Deque<Completion> completions = new ArrayDeque<>();
    private boolean blocked;
    private int nextBuffer;

    StreamCrank(int frameCount, int buffers, Framing framing) {
        umem = Umem.mapBuffers(arena, frameCount, FRAME_SIZE, HugePages.OFF);
        ring = arena.allocate((long) buffers * BufferRing.ENTRY_LENGTH, 4096);
        ringMask = buffers - 1;
        frames = new SocketFrames(umem, new UringDevice.ProvidedBuffers(new BufferRing(ring, umem, buffers), 0));
        reader = new StreamReader(
                null,
                frames,
                table,
                clock,
                counters,
                0,
                true,
                framing == null ? null : FrameDecoder.of(framing, FRAME_SIZE),
                false);
        writer = new StreamWriter(
                null,
                new OutboundQueues(frames, table, clock, counters, 1 << 20, 0),
                table,
                clock,
                new FileTransfers(null, 0),
                new SendBlocks(arena, 1, 1),
                new ZeroCopyHolds(frames, frameCount),
                counters,
                new StreamWriter.Settings(0, ZeroCopy.OFF, false));
        lifecycle = new StreamLifecycle(0, table, clock, counters, reader, writer, null, arena);
        StreamTimeOuts timeOuts = new StreamTimeOuts(lifecycle, table, clock, new StreamTimeOuts.Durations(0, 0, 0));
        streams = new Streams(frames, table, clock, reader, writer, lifecycle, timeOuts, false);
        frames.refill();
    }

    /** The inlet, and what it was shown. */
    final class Stages extends PipelineStub {
        final Deque<Emitted> emitted = new ArrayDeque<>();
        final List<String> events = new ArrayList<>();

        Stages() {
            super(Integer.MAX_VALUE);
        }

        @Override
        public void frame(int portId, int queue, int connection, long address, int length) {
            assertTrue(room-- > 0, "more frames than there was room for");
            byte[] bytes = umem.memory().asSlice(address, length).toArray(ValueLayout.JAVA_BYTE);
            events.add(FRAME);
            emitted.add(new Emitted(table.at(connection), address, bytes));
        }

        @Override
        public void event(int portId, int connection, int state) {
            assertTrue(room-- > 0, "more events than there was room for");
            events.add(ConnectionState.values()[state].name());
            streams.left(connection);
        }
    }

    /** An established connection that is being read. */
    StreamConnection connection() {
        StreamConnection connection = lifecycle.open(NO_FD);
        connection.moveTo(StreamState.ESTABLISHED);
        lifecycle.publish(stages);
        connection.operations.begin(StreamOperation.RECEIVE);
        connection.inbound.isCancelled = true; // there is no ring to be asked for that
        return connection;
    }

    /** Returns whether the kernel has buffers for so many bytes. */
    boolean canReceive(int bytes) {
        frames.refill();
        return frames.canReceive() && freeBuffers() * FRAME_SIZE >= bytes;
    }

    private int freeBuffers() {
        return (short) (ring.get(ValueLayout.JAVA_SHORT, TAIL) - nextBuffer);
    }

    /** The kernel receives so many bytes into as many buffers as they need. */
    void receive(StreamConnection connection, byte[] bytes) {
        frames.refill();
        int first = nextBuffer & ringMask;
        for (int done = 0; done < bytes.length; done += FRAME_SIZE) {
            long entry = (long) (nextBuffer++ & ringMask) * BufferRing.ENTRY_LENGTH;
            long frame = ring.get(ValueLayout.JAVA_LONG, entry) - umem.baseAddress();
            MemorySegment.copy(
                    bytes,
                    done,
                    umem.memory(),
                    ValueLayout.JAVA_BYTE,
                    frame,
                    Math.min(FRAME_SIZE, bytes.length - done));
        }
        completions.add(
                new Completion(connection, bytes.length, CompletionQueue.BUFFER | CompletionQueue.MORE | first << 16));
        turn();
    }

    void endOfStream(StreamConnection connection) {
        completions.add(new Completion(connection, 0, 0));
        turn();
    }

    /** What a duty cycle does for received bytes. */
    void turn() {
        blocked = blocked && !streams.resume(stages);
        while (!blocked && !completions.isEmpty()) {
            Completion next = completions.poll();
            blocked = !streams.onCompletion(
                    StreamOperation.RECEIVE, next.connection().index, next.result(), next.flags(), stages);
        }
        streams.receive(stages);
        frames.refill();
        reader.flushCounters();
    }

    /** Lets the oldest frame go. */
    Emitted letGo() {
        Emitted oldest = stages.emitted.poll();
        frames.release(oldest.address());
        streams.left(oldest.connection().index);
        return oldest;
    }

    long count(PortCounter counter) {
        return counters.get(counter);
    }

    /** Returns whether nobody holds anything. */
    boolean isHome() {
        return frames.empty() == umem.frameCount();
    }

    @Override
    public void close() {
        arena.close();
    }
}
