package io.millrace.core;

import com.sun.management.ThreadMXBean;
import io.millrace.EngineException;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.core.config.CpuPlan;
import io.millrace.core.path.Poller;
import io.millrace.core.path.StageRunner;
import io.millrace.core.path.StageWorker;
import io.millrace.core.thread.EngineThread;
import io.millrace.core.thread.LogQueue;
import io.millrace.spi.EngineLog;
import io.millrace.spi.EventDevice;
import io.millrace.spi.config.EngineKeys;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;

/** The engine's own threads: one poller for each lane, and in pipelined mode one thread for each stage. */
final class EngineThreads {
    private static final Logger LOG = EngineLog.of(EngineThreads.class);
    private static final ThreadMXBean MX = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final EngineParts parts;
    private final LogQueue log;
    private final List<PollerThread> pollers = new ArrayList<>();
    private final List<StageWorker> stages = new ArrayList<>();
    private final List<Thread> stageThreads = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final AtomicReference<Throwable> startFailure = new AtomicReference<>();
    /**
     * A plain field, because the first use of an atomic one allocates, and lack of memory may be what has just failed.
     */
    private volatile Throwable failure;

    private volatile Consumer<Throwable> onFailure = cause -> {};
    private CountDownLatch atWork;
    private volatile long[] ids = {};
    private long[] allocatedAtStart = {};
    private volatile long allocatedAtEnd = -1;

    EngineThreads(EngineParts parts, LogQueue log) {
        this.parts = parts;
        this.log = log;
        for (Lane lane : parts.lanes()) {
            String name = Lane.named(lane.poller().roleName(), lane.number());
            pollers.add(new PollerThread(log, name, lane.poller(), lane.idle(), this::failed));
            lane.stageThreads().forEach(stage -> addStage(stage, lane.number(), lane.poller()));
        }
        Poller[] all = parts.lanes().stream().map(Lane::poller).toArray(Poller[]::new);
        parts.shared().forEach(stage -> addStage(stage, 0, all));
    }

    /** @param before the pollers whose frames come to it */
    private void addStage(StageWorker stage, int lane, Poller... before) {
        int index = stages.size();
        stages.add(stage);
        stageThreads.add(
                EngineThread.of(log, "mr-" + Lane.named(stage.name(), lane), () -> runStage(stage, index, before)));
    }

    /**
     * Starts the stages, then the pollers, and notes what they have allocated when all of them are at work.
     *
     * @throws EngineException if a stage does not start; the threads then wait for {@link #stop}
     */
    void start() {
        atWork = new CountDownLatch(stages.size() + pollers.size());
        parts.lanes()
                .forEach(lane -> lane.poller().around(() -> attempt(() -> startPoller(lane)), () -> endPoller(lane)));
        List<Thread> all = new ArrayList<>(stageThreads);
        pollers.forEach(poller -> all.add(poller.thread()));
        all.forEach(Thread::start);
        all.forEach(thread -> names.add(thread.getName()));
        awaitStart();
        long[] threadIds = all.stream().mapToLong(Thread::threadId).toArray();
        allocatedAtStart = MX.getThreadAllocatedBytes(threadIds);
        ids = threadIds;
    }

    private void runStage(StageWorker stage, int index, Poller[] before) {
        try {
            stage.run(() -> attempt(() -> startStage(stage, index)));
        } catch (Throwable e) {
            for (Poller poller : before) { // no lambda: memory may be what lacks
                poller.failed(e);
            }
            failed(e);
        }
    }

    private void failed(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        onFailure.accept(cause);
    }

    private void startStage(StageWorker stage, int index) {
        List<Integer> cpus = parts.config().engine().get(EngineKeys.STAGE_CPUS);
        if (!cpus.isEmpty()) {
            pin(stage.name(), cpus.get(index % cpus.size()));
        }
        stage.start();
    }

    private void startPoller(Lane lane) {
        CpuPlan.of(parts.config().engine()).ofPoller(lane.number()).ifPresent(cpu -> pin("poller", cpu));
        lane.devices().forEach(EventDevice::enable);
        lane.inlineStages().forEach(StageRunner::start);
        lane.idle().idle(0); // its first use links what it calls, which allocates
    }

    private static void endPoller(Lane lane) {
        lane.devices().forEach(device -> device.quiesce(lane.pipeline()));
        lane.inlineStages().forEach(StageRunner::stop);
    }

    private void attempt(Runnable first) {
        try {
            first.run();
        } catch (Throwable e) {
            startFailure.compareAndSet(null, e);
        } finally {
            atWork.countDown();
        }
    }

    private void awaitStart() {
        try {
            atWork.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while the engine was starting", e);
        }
        Throwable failure = startFailure.get();
        if (failure != null) {
            throw new EngineException("a stage did not start: " + failure, failure);
        }
    }

    private static void pin(String what, int cpu) {
        try {
            Libc.pinCurrentThread(cpu);
        } catch (SystemCallException e) {
            LOG.warn(
                    "the thread of {} can't be pinned to CPU {} ({}); it runs where the scheduler puts it; correct"
                            + " engine.cpus, or allow the CPU (taskset, cgroup cpuset)",
                    what,
                    cpu,
                    e.errnoName());
        }
    }

    /** Hears when a thread ends before its time. */
    void onFailure(Consumer<Throwable> consumer) {
        onFailure = consumer;
        Throwable before = failure;
        if (before != null) {
            consumer.accept(before);
        }
    }

    List<String> names() {
        return names;
    }

    boolean isOwn(Thread thread) {
        return stageThreads.contains(thread) || pollers.stream().anyMatch(poller -> thread == poller.thread());
    }

    /** Bytes of heap that the threads have allocated since the start. */
    long allocatedBytes() {
        if (allocatedAtEnd >= 0) {
            return allocatedAtEnd;
        }
        long[] now = MX.getThreadAllocatedBytes(ids);
        long sum = 0;
        for (int i = 0; i < now.length; i++) {
            sum += Math.max(0, now[i] - allocatedAtStart[i]);
        }
        return sum;
    }

    /** Whether a lane's poller was started; if not, nothing but the caller works with the lane. */
    boolean hasStarted(Lane lane) {
        return pollers.get(lane.number()).thread().getState() != Thread.State.NEW;
    }

    /**
     * Ends all threads, stages first. Threads in a stage that does not return are interrupted; those that still do not
     * end are returned.
     */
    List<String> stop(long patienceNs) {
        allocatedAtEnd = allocatedBytes(); // the JVM no longer tells this of a thread that has ended
        List<String> stuck = new ArrayList<>();
        stages.forEach(StageWorker::halt);
        long deadline = System.nanoTime() + patienceNs;
        for (int i = 0; i < stageThreads.size(); i++) {
            end(stageThreads.get(i), stages.get(i)::halt, deadline, patienceNs, stuck);
        }
        pollers.forEach(PollerThread::halt);
        long devicesNs =
                parts.devices().mapToLong(EventDevice::patienceNs).max().orElse(0);
        long pollersDeadline = System.nanoTime() + patienceNs + devicesNs;
        pollers.forEach(poller -> end(poller.thread(), poller::halt, pollersDeadline, patienceNs, stuck));
        return stuck;
    }

    /** The Disruptor may miss a halt while its thread starts, so it is halted until the thread ends. */
    private static void end(Thread thread, Runnable halt, long deadlineNs, long patienceNs, List<String> stuck) {
        if (!EngineThread.awaitEnd(thread, deadlineNs)) {
            halt.run();
            thread.interrupt();
            if (!EngineThread.awaitEnd(thread, System.nanoTime() + patienceNs)) {
                stuck.add(thread.getName());
            }
        }
    }
}
