package io.millrace.testing;

import io.millrace.bindings.Libc;
import io.millrace.bindings.libc.libc_h;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A network namespace without a name, which lives in one thread: what runs there, processes started there included,
 * sees only its interfaces. It is gone when it is closed and the last process that was started in it has ended.
 */
public final class NetNamespace implements AutoCloseable {

    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "test-namespace"));

    /** A namespace with nothing but its own loopback interface, which is down. Needs root. */
    public NetNamespace() {
        run(() -> Libc.unshare(libc_h.CLONE_NEWNET()));
    }

    /**
     * Runs a task in the namespace and waits for it.
     *
     * @param task what to do; its unchecked exceptions come out as they are
     * @return its result
     */
    public <T> T call(Callable<T> task) {
        Future<T> result = thread.submit(task);
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Runs a task in the namespace and waits for it.
     *
     * @param task what to do
     */
    public void run(Runnable task) {
        call(Executors.callable(task));
    }

    /**
     * Starts a process in the namespace.
     *
     * @param builder what to start
     * @return the process
     */
    public Process start(ProcessBuilder builder) {
        return call(builder::start);
    }

    /**
     * Runs a command in the namespace, and throws if it fails.
     *
     * @param command its words, single spaces apart
     * @return what it wrote
     */
    public String command(String command) {
        Process process = start(new ProcessBuilder(List.of(command.split(" "))).redirectErrorStream(true));
        try {
            String output = new String(process.getInputStream().readAllBytes());
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(command + ": exit " + status + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new IllegalStateException(command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * The index of an interface.
     *
     * @param name one of this namespace's
     * @return its index
     */
    public int interfaceIndex(String name) {
        return call(() -> Libc.ifNameToIndex(name));
    }

    @Override
    public void close() {
        thread.close();
    }
}
