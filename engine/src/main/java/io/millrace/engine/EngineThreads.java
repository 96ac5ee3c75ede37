package io.millrace.engine;

import com.sun.management.ThreadMXBean;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.engine.path.StageRunner;
import io.millrace.engine.path.StageThread;
import org.agrona.concurrent.AgentRunner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** The engine's own threads: one poller, and in pipelined mode one for each stage. */
final class EngineThreads {
    private static final Logger LOG = LoggerFactory.getLogger(EngineThreads.class);
    private static final ThreadMXBean MX = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final EngineParts parts;
    private final AgentRunner runner;
    private final List<Thread> stageThreads = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final AtomicReference<Throwable> startFailure = new AtomicReference<>();
    private volatile Consumer<Throwable> pollerEnd = failure -> { };
    private Thread pollerThread;
    private long[] ids;
    private long[] allocatedAtStart;
    private long allocatedAtEnd = -1;

    EngineThreads(EngineParts parts) {
        this.parts = parts;
        this.runner = new AgentRunner(parts.idle(), failure -> pollerEnd.accept(failure), null, parts.poller());
    }

    /**
     * Starts the stages, then the poller, and notes what they have allocated when all of them are at work.
     *
     * @throws EngineException if a stage does not start; the threads then wait for {@link #stop}
     */
    void start() {
        List<StageThread> stages = parts.stageThreads();
        CountDownLatch atWork = new CountDownLatch(stages.size() + 1);
        List<Thread> all = new ArrayList<>();
        for (StageThread stage : stages) {
            Runnable first = () -> startStage(stage, stageThreads.indexOf(Thread.currentThread()));
            Thread thread = new Thread(() -> stage.run(() -> attempt(first, atWork)), "mr-" + stage.name());
            stageThreads.add(thread);
            all.add(thread);
        }
        all.forEach(Thread::start);
        parts.poller().around(() -> attempt(this::startPoller, atWork),
            () -> parts.inlineStages().forEach(StageRunner::stop));
        pollerThread = AgentRunner.startOnThread(runner);
        all.add(pollerThread);
        all.forEach(thread -> names.add(thread.getName()));
        ids = all.stream().mapToLong(Thread::threadId).toArray();
        awaitStart(atWork);
        allocatedAtStart = MX.getThreadAllocatedBytes(ids);
    }

    private void startStage(StageThread stage, int index) {
        List<Integer> cpus = parts.config().engine().cpus().stages();
        if (!cpus.isEmpty()) {
            pin(stage.name(), cpus.get(index % cpus.size()));
        }
        stage.start();
    }

    private void startPoller() {
        parts.config().engine().cpus().poller().ifPresent(cpu -> pin("poller", cpu));
        parts.inlineStages().forEach(StageRunner::start);
        parts.idle().idle(0); // its first use links what it calls
    }

    private void attempt(Runnable first, CountDownLatch atWork) {
        try {
            first.run();
        } catch (Throwable e) {
            startFailure.compareAndSet(null, e);
        } finally {
            atWork.countDown();
        }
    }

    private void awaitStart(CountDownLatch atWork) {
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
            LOG.warn("the thread of {} can't be pinned to CPU {} ({}); it runs where the scheduler puts it; correct"
                + " engine.cpus, or allow the CPU (taskset, cgroup cpuset)", what, cpu, e.errnoName());
        }
    }

    /** Who is told when the poller ends with a failure. */
    void onPollerEnd(Consumer<Throwable> consumer) {
        pollerEnd = consumer;
        Throwable failure = parts.poller().failure();
        if (failure != null) {
            consumer.accept(failure);
        }
    }

    List<String> names() {
        return names;
    }

    boolean isOwn(Thread thread) {
        return thread == pollerThread || stageThreads.contains(thread);
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

    /** Ends all threads, stages first; returns those that a stage does not let go, after interrupting them. */
    List<String> stop(long patienceNs) {
        allocatedAtEnd = allocatedBytes(); // a thread that has ended tells no more
        parts.stageThreads().forEach(StageThread::halt);
        List<String> stuck = new ArrayList<>();
        long deadline = System.nanoTime() + patienceNs;
        for (Thread thread : stageThreads) {
            if (!joined(thread, deadline)) {
                thread.interrupt();
                if (!joined(thread, System.nanoTime() + patienceNs)) {
                    stuck.add(thread.getName());
                }
            }
        }
        runner.close((int) TimeUnit.NANOSECONDS.toMillis(patienceNs), thread -> stuck.add(thread.getName()));
        return stuck;
    }

    private static boolean joined(Thread thread, long deadlineNs) {
        boolean interrupted = Thread.interrupted();
        try {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
            thread.join(Math.max(1, leftMs));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
