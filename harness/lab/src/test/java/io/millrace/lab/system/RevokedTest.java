package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Lease;
import io.millrace.Stage;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.RootOnly;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stage kept of its frames throws after the close, and never takes the JVM down, whenever it is touched. */
@RootOnly
@Timeout(60)
class RevokedTest {
    @RegisterExtension
    static final Rig rig = Rig.shared();

    private static final int ROUNDS = 5;
    private static final int HAMMERS = 2;

    /** Keeps everything that it can get of its first frame, and the flyweight for ever. */
    private static final class Keeper implements Stage {
        private volatile boolean ready;
        private Frame frame;
        private MutableDirectBuffer buffer;
        private MemorySegment segment;
        private MemorySegment memory;
        private ByteBuffer bytes;
        private Lease lease;
        private MemorySegment leased;

        @Override
        public void onFrame(Frame seen) {
            if (!ready) {
                frame = seen;
                buffer = seen.buffer();
                segment = seen.segment();
                memory = seen.memory();
                bytes = seen.segment().asByteBuffer();
                lease = seen.lease();
                leased = lease.segment();
                ready = true;
            }
        }

        /** Every way to what was kept, reading only. */
        List<Executable> accesses() {
            UnsafeBuffer copy = new UnsafeBuffer(new byte[64]);
            return List.of(
                    () -> buffer.getByte(0),
                    () -> buffer.getLong(40),
                    () -> buffer.getBytes(0, copy, 0, 64),
                    () -> buffer.getInt(60),
                    () -> buffer.parseNaturalIntAscii(0, 2),
                    () -> frame.buffer().getByte(63),
                    () -> frame.length(),
                    () -> frame.address(),
                    () -> frame.capacity(),
                    () -> frame.segment().get(ValueLayout.JAVA_BYTE, 0),
                    () -> frame.memory().get(ValueLayout.JAVA_BYTE, frame.address()),
                    () -> frame.portId(),
                    () -> frame.queue(),
                    () -> frame.verdict(),
                    () -> segment.get(ValueLayout.JAVA_BYTE, 0),
                    () -> segment.getString(0),
                    () -> memory.get(ValueLayout.JAVA_BYTE, memory.byteSize() - 1),
                    () -> bytes.get(0),
                    () -> memory.asSlice(0, 8).fill((byte) 0),
                    () -> leased.get(ValueLayout.JAVA_LONG_UNALIGNED, 0),
                    () -> lease.segment().get(ValueLayout.JAVA_BYTE, 0));
        }
    }

    private static final class Hammer implements AutoCloseable {
        private final CompletableFuture<Long> run;
        private volatile boolean ended;

        Hammer(List<Executable> accesses) {
            run = Await.background(() -> {
                long thrown = 0;
                while (!ended) {
                    for (Executable access : accesses) {
                        thrown += attempt(access) ? 0 : 1;
                    }
                }
                return thrown;
            });
        }

        private static boolean attempt(Executable access) {
            try {
                access.execute();
                return true;
            } catch (Throwable e) {
                return false;
            }
        }

        @Override
        public void close() {
            ended = true;
            run.join();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldThrowAndNeverCrashWhenKeptFramesAreTouched(String mode) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Keeper keeper = new Keeper();
            Engine engine = rig.start(Rig.config("mode = " + mode, "", "{ stage = drop }"), "keep", keeper);
            rig.load();
            Await.until("kept", () -> keeper.ready);
            List<Hammer> hammers = IntStream.range(0, HAMMERS)
                    .mapToObj(i -> new Hammer(keeper.accesses()))
                    .toList();
            long seen = Rig.port(engine).get(PortCounter.RX_FRAMES);
            Await.until("more frames", () -> Rig.port(engine).get(PortCounter.RX_FRAMES) > seen + 100_000);
            engine.close();
            hammers.forEach(Hammer::close);
            assertAllThrow(keeper);
            CompletableFuture<Void> elsewhere = Await.background(() -> {
                assertAllThrow(keeper);
                return null;
            });
            elsewhere.get(10, TimeUnit.SECONDS);
            rig.endTest();
        }
    }

    private static void assertAllThrow(Keeper keeper) {
        int index = 0;
        for (Executable access : keeper.accesses()) {
            int number = index++;
            RuntimeException thrown = assertThrows(RuntimeException.class, access, () -> "access " + number);
            assertNotNull(thrown.getMessage(), "access " + number);
        }
        assertThrows(RuntimeException.class, () -> keeper.frame.drop());
        assertThrows(RuntimeException.class, () -> keeper.frame.forward(0));
        assertThrows(RuntimeException.class, () -> keeper.frame.length(64));
        assertThrows(RuntimeException.class, () -> keeper.frame.lease());
        assertThrows(RuntimeException.class, () -> keeper.buffer.putByte(0, (byte) 1));
        assertThrows(RuntimeException.class, () -> keeper.buffer.setMemory(0, 64, (byte) 1));
        assertEquals(0, keeper.buffer.capacity());
    }
}
