package io.millrace.lab.system;

import io.millrace.Engine;
import io.millrace.Stage;
import java.util.Map;

/** A kind of port, and an ordinary client at its other end. Used by one thread only. */
interface PortBench extends AutoCloseable {
    /** Starts an engine whose only port is called {@code p}, with stages in front of those of the pipeline. */
    Engine start(String engineConfig, Map<String, Stage> stages, String pipeline);

    /** Sends a payload to the engine that was started last. */
    void send(byte[] payload);

    /** The next payload that comes back, or null if none does within the time. */
    byte[] receive(long timeoutMs);

    /** Sends as much as goes, until it is closed. */
    AutoCloseable flood();

    @Override
    void close();
}
