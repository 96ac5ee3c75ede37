package io.millrace.lab.demo;

import io.millrace.lab.traffic.EchoCounts;
import io.millrace.lab.traffic.EchoReport;
import io.millrace.lab.traffic.EchoTransport;
import java.io.IOException;
import java.io.PrintStream;

/**
 * The environment of a demo of one kind of port: networks, config, and what takes part beside the driver. Closing it
 * removes everything.
 */
interface DemoScene extends AutoCloseable {
    /** Says in a line who talks to whom. */
    void introduce(PrintStream out);

    /** The engine's config. */
    String config();

    /** Starts the engine's process in its network namespace. */
    Process start(ProcessBuilder process) throws IOException;

    /** Opens the driver's transport to the running engine. Called once; the driver closes it. */
    EchoTransport open();

    /** What the driver sends, in the plural. */
    String messages();

    /** Tries once, before the warm-up, what takes part beside the driver, so that it isn't slow later. */
    default void rehearse() {}

    /** Marks the point from which the counters on the messages' way count. */
    void mark();

    /** The traffic that counts flows from now on. */
    default void begin() {}

    /** The counted traffic has ended; the engine still runs. */
    default void end() {}

    /**
     * Returns where everything sent since the mark is by now. While something is on its way, the account is not
     * balanced.
     *
     * @param counts the driver's counts since the mark
     * @param engine what the engine counted since the mark
     */
    Accounting account(EchoCounts counts, EngineResult engine);

    /** Returns the findings, when the engine has ended. */
    Findings findings(EchoReport traffic, EngineResult engine);

    @Override
    void close();
}
