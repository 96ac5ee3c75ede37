package io.millrace.engine;

import com.typesafe.config.Config;

/** What a stage may ask for while it is {@linkplain Stage#configure configured}. */
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
     * Ends connections by their ids, while the engine runs.
     *
     * @throws UnsupportedOperationException in a context that no engine has made
     */
    default ConnectionControl connections() {
        throw new UnsupportedOperationException("this context belongs to no engine, and has no connections");
    }
}
