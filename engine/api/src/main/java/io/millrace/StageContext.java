package io.millrace;

import com.typesafe.config.Config;
import java.net.InetSocketAddress;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** What a stage can ask for while it is {@linkplain Stage#configure configured}. */
public interface StageContext {

    /** The stage's name in counters and logs, unique in its engine. */
    String stageName();

    /**
     * The stage's own settings: the {@code config} block, or the keys beside {@code stage}; empty if there are none.
     */
    Config config();

    /**
     * The id that {@link Frame#forward(int)} takes.
     *
     * @throws IllegalArgumentException if the engine has no port of this name; the message lists those it has
     */
    int portId(String portName);

    /**
     * Returns a supplier of the address that a port is bound to, with the port number that the kernel chose if the
     * config says 0. Ports open after the stages are configured, so keep the supplier and ask it later, from {@link
     * Stage#onStart} on, on any thread; before that it throws an {@link IllegalStateException}. It gives null for a
     * port that is not bound to an address: one of type {@code af-xdp}, or a {@code tcp} port that connects, whose
     * connections have one each ({@link Connection#local}).
     *
     * @throws IllegalArgumentException      if the engine has no port of this name
     * @throws UnsupportedOperationException in a context that was not made by an engine
     */
    default Supplier<InetSocketAddress> localAddress(String portName) {
        throw new UnsupportedOperationException("this context belongs to no engine, and has no ports");
    }

    /**
     * Returns what ends connections by their ids, while the engine runs.
     *
     * @throws UnsupportedOperationException in a context that was not made by an engine
     */
    default ConnectionControl connections() {
        throw new UnsupportedOperationException("this context belongs to no engine, and has no connections");
    }

    /**
     * Returns the stage's own timers; to be asked for in {@link Stage#configure}, and used from {@link Stage#onStart}
     * on.
     *
     * @throws IllegalStateException         after the stage has been configured
     * @throws UnsupportedOperationException in a context that was not made by an engine
     */
    default Timers timers() {
        throw new UnsupportedOperationException("this context belongs to no engine, and has no timers");
    }

    /**
     * Has the stage's thread look at another source between batches of frames, an Aeron subscription for instance; to
     * be called in {@link Stage#configure}, once. Nothing wakes a thread for such a source, so that one which would
     * sleep looks about every 50 µs instead: {@code idle = wait} saves less then.
     *
     * @param source called on the stage's thread, between {@link Stage#onStart} and {@link Stage#onStop}; returns how
     *               much it has done, 0 or less if there was nothing. It must not block, and should not take long,
     *               since frames wait meanwhile. What it throws is counted as an error of the stage and logged, and it
     *               is called again.
     * @throws IllegalStateException         after the stage has been configured, or the second time
     * @throws UnsupportedOperationException in a context that was not made by an engine
     */
    default void poll(IntSupplier source) {
        throw new UnsupportedOperationException("this context belongs to no engine, and polls nothing");
    }
}
