package io.millrace.engine;

import com.sun.management.ThreadMXBean;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.engine.path.StageRunner;
import io.millrace.engine.path.StageThread;
import io.millrace.engine.uring.UringDevice;
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
    private final PollerThread poller;
    private final List<Thread> stageThreads = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final AtomicReference<Throwable> startFailure = new AtomicReference<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile Consumer<Throwable> onFailure = cause -> { };
    private volatile long[] ids = {};
    private long[] allocatedAtStart = {};
    private volatile long allocatedAtEnd = -1;

    EngineThreads(EngineParts parts) {
        this.parts = parts;
        this.poller = new PollerThread(parts.poller(), parts.idle(), this::failed);
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
            Thread thread = new Thread(() -> runStage(stage, () -> attempt(first, atWork)), "mr-" + stage.name());
            stageThreads.add(thread);
            all.add(thread);
        }
        all.add(poller.thread());
        parts.poller().around(() -> attempt(this::startPoller, atWork),
            this::endPoller);
        all.forEach(Thread::start);
        all.forEach(thread -> names.add(thread.getName()));
        awaitStart(atWork);
        long[] threadIds = all.stream().mapToLong(Thread::threadId).toArray();
        allocatedAtStart = MX.getThreadAllocatedBytes(threadIds);
        ids = threadIds;
    }

    private void runStage(StageThread stage, Runnable first) {
        try {
            stage.run(first);
        } catch (Throwable e) {
            failed(e);
        }
    }

    private void failed(Throwable cause) {
        failure.compareAndSet(null, cause);
        onFailure.accept(cause);
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
        if (parts.uring() != null) {
            parts.uring().enable();
        }
        parts.inlineStages().forEach(StageRunner::start);
        parts.idle().idle(0); // its first use links what it calls
    }

    private void endPoller() {
        if (parts.uring() != null) {
            parts.uring().quiesce(parts.pipeline());
        }
        parts.inlineStages().forEach(StageRunner::stop);
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

    /** Who is told when a thread ends before its time. */
    void onFailure(Consumer<Throwable> consumer) {
        onFailure = consumer;
        Throwable before = failure.get();
        if (before != null) {
            consumer.accept(before);
        }
    }

    List<String> names() {
        return names;
    }

    boolean isOwn(Thread thread) {
        return thread == poller.thread() || stageThreads.contains(thread);
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
        List<String> stuck = new ArrayList<>();
        parts.stageThreads().forEach(StageThread::halt);
        long deadline = System.nanoTime() + patienceNs;
        for (int i = 0; i < stageThreads.size(); i++) {
            end(stageThreads.get(i), parts.stageThreads().get(i)::halt, deadline, patienceNs, stuck);
        }
        poller.halt();
        long pollerPatienceNs = patienceNs + (parts.uring() == null ? 0 : UringDevice.PATIENCE_NS);
        end(poller.thread(), poller::halt, System.nanoTime() + pollerPatienceNs, patienceNs, stuck);
        return stuck;
    }

    /** The Disruptor may miss a halt while its thread starts: so it is told again. */
    private static void end(Thread thread, Runnable halt, long deadlineNs, long patienceNs, List<String> stuck) {
        if (!joined(thread, deadlineNs)) {
            halt.run();
            thread.interrupt();
            if (!joined(thread, System.nanoTime() + patienceNs)) {
                stuck.add(thread.getName());
            }
        }
    }

    /** An interrupt of the caller does not cut this short: it would unmap memory that is in use. */
    private static boolean joined(Thread thread, long deadlineNs) {
        boolean interrupted = false;
        long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
        do {
            try {
                thread.join(Math.max(1, leftMs));
            } catch (InterruptedException e) {
                interrupted = true;
            }
            leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
        } while (thread.isAlive() && leftMs > 0);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
