package io.millrace.cli;

import java.lang.reflect.Proxy;

/**
 * Handles signals by calls on a thread of the JVM, instead of the JVM's default.
 *
 * <p>{@code sun.misc.Signal} is the only safe way: the JVM's own handler just notes the signal, and a Java thread
 * handles it. A {@code sigaction} with an upcall would enter Java in the middle of what the interrupted thread is
 * doing, and {@code signalfd} needs the signal to be blocked in every thread, including those of the JVM, which exist
 * before the first line of Java.
 */
final class Signals {
    private Signals() {}

    /**
     * Handles a signal from now on. A signal that the process was started to ignore (nohup) stays ignored.
     *
     * @param name   the signal's name: HUP, INT, TERM…
     * @param action called for each signal, possibly by several threads at a time
     * @return false if the JVM leaves the signal to the system ({@code -Xrs})
     */
    static boolean handle(String name, Runnable action) {
        // Uses reflection, because javac warns of the class and the warning can't be suppressed.
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object onSignal = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getDeclaringClass() != Object.class) {
                            action.run();
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), onSignal);
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
