package io.millrace.lab.net;

import io.millrace.HostException;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.libc.libc_h;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * An anonymous network namespace, held by one thread of this process. It has no name in the file system and no mount:
 * the kernel removes it, with its interfaces, when the thread ends, however the process dies.
 *
 * <p>A namespace belongs to OS threads. What is made on the namespace's thread stays in it: sockets, child processes
 * (the JDK spawns them from the calling thread) and threads. Sockets and XDP maps keep their namespace when other
 * threads use them. Executors, parallel streams and virtual threads do not run where they were called from: keep them
 * out of tasks.
 *
 * <p>Any thread may call the methods; tasks run one at a time, in order. Needs CAP_SYS_ADMIN.
 */
public final class Namespace implements AutoCloseable {
    private static final int END_LIMIT_MS = 5_000;
    private static final Runnable LAST = () -> {};
    /** util-linux; PR_SET_PDEATHSIG looks at the thread that spawned the process. */
    private static final List<String> TIE_TO_THREAD = List.of("setpriv", "--pdeathsig", "KILL", "--");

    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    /** The network namespace of the thread. */
    private final List<Process> processes = new ArrayList<>();

    private final String name;
    private final Thread thread;
    private volatile int threadId;
    private boolean closed;

    private Namespace(String name) {
        this.name = name;
        this.thread = new Thread(this::work, "netns-" + name);
        thread.setDaemon(true);
    }

    /**
     * Makes a namespace with its loopback interface up.
     *
     * @param name for messages and the thread's name; the kernel does not know it
     * @throws HostException if this process may not
     */
    public static Namespace create(String name) {
        Namespace namespace = new Namespace(name);
        namespace.thread.start();
        try {
            namespace.run(namespace::unshare);
            namespace.run(() -> Ip.run("link", "set", "dev", "lo", "up"));
            return namespace;
        } catch (RuntimeException e) {
            namespace.close();
            throw e;
        }
    }

    private void unshare() {
        threadId = Libc.gettid();
        try {
            Libc.unshare(libc_h.CLONE_NEWNET());
        } catch (SystemCallException e) {
            throw new HostException(
                    "no network namespace could be made, " + e.getMessage() + "; run it as root (CAP_SYS_ADMIN)", e);
        }
    }

    private void work() {
        try {
            Runnable task = tasks.take();
            while (task != LAST) {
                task.run();
                task = tasks.take();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    /** Its name, for messages. */
    public String name() {
        return name;
    }

    /** The OS thread that holds it: what {@code ip link set … netns} takes. */
    public int threadId() {
        return threadId;
    }

    /** Its file, while it is open. */
    public String path() {
        return "/proc/" + ProcessHandle.current().pid() + "/task/" + threadId + "/ns/net";
    }

    /**
     * Runs a task in the namespace and waits for its result. Called from a task, it runs it at once.
     *
     * @throws UncheckedIOException  for an {@link IOException}
     * @throws IllegalStateException when the namespace is closed, or with any other checked exception as its cause
     */
    public <T> T call(Callable<T> task) {
        if (Thread.currentThread() == thread) {
            try {
                return task.call();
            } catch (Exception e) {
                throw unchecked(e);
            }
        }
        CompletableFuture<T> future = new CompletableFuture<>();
        synchronized (tasks) {
            if (closed) {
                throw new IllegalStateException(this + " is closed");
            }
            tasks.add(() -> complete(future, task));
        }
        return result(future);
    }

    /** Like {@link #call}, for a task without a result. */
    public void run(Task task) {
        call(() -> {
            task.run();
            return null;
        });
    }

    /** A task that may fail. */
    @FunctionalInterface
    public interface Task {
        /** Runs the task. */
        void run() throws Exception;
    }

    /** Starts a thread in the namespace, for work that takes long. It keeps the namespace alive while it runs. */
    public Thread start(String threadName, Runnable task) {
        return call(() -> Thread.ofPlatform().name(threadName).daemon(true).start(task));
    }

    /**
     * Starts a process in the namespace. It is killed when the namespace is closed, and when this process ends, however
     * that happens.
     */
    public Process start(ProcessBuilder process) {
        ProcessBuilder tied = new ProcessBuilder(new ArrayList<>(TIE_TO_THREAD))
                .directory(process.directory())
                .redirectInput(process.redirectInput())
                .redirectOutput(process.redirectOutput())
                .redirectError(process.redirectError())
                .redirectErrorStream(process.redirectErrorStream());
        tied.command().addAll(process.command());
        tied.environment().clear();
        tied.environment().putAll(process.environment());
        return call(() -> {
            processes.removeIf(started -> !started.isAlive());
            Process started = tied.start();
            processes.add(started);
            return started;
        });
    }

    /** True when the address answers an ICMP echo request within the time. */
    public boolean ping(InetAddress address, int timeoutMs) {
        return call(() -> address.isReachable(timeoutMs));
    }

    private static <T> void complete(CompletableFuture<T> future, Callable<T> task) {
        try {
            future.complete(task.call());
        } catch (Exception | Error e) {
            future.completeExceptionally(e);
        }
    }

    private static <T> T result(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in a network namespace's task", e);
        } catch (ExecutionException e) {
            throw unchecked(e.getCause());
        }
    }

    private static RuntimeException unchecked(Throwable cause) {
        return switch (cause) {
            case Error error -> throw error;
            case RuntimeException runtime -> runtime;
            case IOException io -> new UncheckedIOException(io);
            default -> new IllegalStateException(cause.getMessage(), cause);
        };
    }

    /**
     * Ends the thread after the tasks that it has, the processes started in it, and so the namespace, unless threads
     * started in it are still there (the JDK's own, which waited for a child process, stays for up to a minute). May be
     * called again.
     */
    @Override
    public void close() {
        synchronized (tasks) {
            if (closed) {
                return;
            }
            closed = true;
            tasks.add(LAST);
        }
        try {
            thread.join(END_LIMIT_MS);
            // The thread's end is told before the OS has taken the thread down, and its namespace with it.
            for (int i = 0; i < END_LIMIT_MS && Files.exists(Path.of(path())); i++) {
                Thread.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "network namespace " + name;
    }
}
