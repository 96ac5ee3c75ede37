package io.millrace.harness.cli;

import java.lang.reflect.Proxy;

/**
 * SIGINT and SIGTERM as a request to stop: a command then ends in order, with its results and its own exit code, where
 * the JVM's default would end the process under it. A second signal ends the process at once.
 */
final class StopSignals {
    private static final int SIGNALLED = 130;

    private StopSignals() {
    }

    /** Calls this, on a thread of its own, at the first signal. */
    static void onStop(Runnable stop) {
        handle("INT", stop);
        handle("TERM", stop);
    }

    /** By reflection: javac warns of the class, which is the only way to these signals, and cannot be told not to. */
    private static void handle(String name, Runnable stop) {
        boolean[] signalled = new boolean[1];
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object onSignal = Proxy.newProxyInstance(StopSignals.class.getClassLoader(), new Class<?>[] {handler},
                (proxy, method, arguments) -> {
                    if (method.getDeclaringClass() != Object.class) {
                        if (signalled[0]) {
                            Runtime.getRuntime().halt(SIGNALLED);
                        }
                        signalled[0] = true;
                        stop.run();
                    }
                    return null;
                });
            signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), onSignal);
        } catch (ReflectiveOperationException e) {
            Runtime.getRuntime().addShutdownHook(new Thread(stop, "stop"));
        }
    }
}
