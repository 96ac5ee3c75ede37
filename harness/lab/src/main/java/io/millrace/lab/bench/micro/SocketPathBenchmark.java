package io.millrace.lab.bench.micro;

import io.millrace.Stage;
import io.millrace.core.path.FrameResources;
import io.millrace.core.path.InlinePipeline;
import io.millrace.core.path.LeaseRegistry;
import io.millrace.core.path.Outlet;
import io.millrace.core.path.Poller;
import io.millrace.core.path.StagePlace;
import io.millrace.core.path.StageRunner;
import io.millrace.core.path.StopSignal;
import io.millrace.core.stage.DropStage;
import io.millrace.core.stage.ForwardStage;
import io.millrace.core.stage.ReflectStage;
import io.millrace.sockets.LoopbackSocket;
import io.millrace.spi.Port;
import io.millrace.spi.counters.EngineCounters;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a datagram costs in user space: whole duty cycles of a poller with a UDP port over plain memory, run to
 * completion. The figure includes playing the kernel.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 2,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"})
public class SocketPathBenchmark {
    /** The datagrams of a duty cycle: half of the buffers, since the others are being sent. */
    private static final int BATCH = 128;

    private static final int PAYLOAD = 64;
    private static final int LEASES = 16;

    @Param({"echo", "drop"})
    private String work;

    private Arena arena;
    private LoopbackSocket socket;
    private Poller poller;

    /** Puts the port, the stages and the poller together. */
    @Setup
    public void open() {
        arena = Arena.ofShared();
        socket = new LoopbackSocket(arena, new byte[PAYLOAD]);
        Port[] ports = {socket.port()};
        LeaseRegistry leases = new LeaseRegistry(ports.length, LEASES, false);
        FrameResources resources = new FrameResources(ports, leases, new StopSignal());
        EngineCounters counters = new EngineCounters();
        Stage[] stages = work.equals("echo")
                ? new Stage[] {new ReflectStage(), new ForwardStage("loopback")}
                : new Stage[] {new DropStage()};
        StageRunner[] runners = new StageRunner[stages.length];
        for (int i = 0; i < stages.length; i++) {
            runners[i] = new StageRunner(
                    "stage" + i,
                    stages[i],
                    new StagePlace(i, i, false),
                    resources,
                    counters,
                    (name, lost, failure) -> {});
        }
        poller = new Poller(ports, new InlinePipeline(runners, new Outlet(ports, leases)), socket.loops());
    }

    /** Unmaps the memory. */
    @TearDown
    public void close() {
        arena.close();
    }

    /** One duty cycle and the kernel's share. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int cycle() {
        int work = poller.doWork();
        socket.turn();
        return work;
    }
}
