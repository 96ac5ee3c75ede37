package io.millrace.cli;

import java.lang.reflect.Proxy;

/**
 * Signals as calls on a thread of the JVM's, in place of what the JVM does with them.
 *
 * <p>{@code sun.misc.Signal} is the one way that is safe: the JVM's own handler only notes the signal, and a Java
 * thread
 * takes it from there. A {@code sigaction} with an upcall would enter Java in the middle of whatever the interrupted
 * thread is doing, and {@code signalfd} wants the signal blocked in every thread, those of the JVM included, which were
 * there before the first line of Java.
 */
final class Signals {
    private Signals() {}

    /**
     * Has a signal handled from now on. One that the process was started to ignore (nohup) stays ignored.
     *
     * @param name   HUP, INT, TERM…
     * @param action called for each signal, maybe for several at a time
     * @return false if the JVM leaves the signal to the system ({@code -Xrs})
     */
    static boolean handle(String name, Runnable action) {
        // By reflection: javac warns of the class and cannot be told not to.
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
