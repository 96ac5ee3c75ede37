package io.millrace.lab.demo;

import io.millrace.lab.traffic.EchoCounts;
import io.millrace.lab.traffic.EchoReport;
import io.millrace.lab.traffic.EchoTransport;
import java.io.IOException;
import java.io.PrintStream;

/** Where a demo of one kind of port takes place, and who takes part beside the driver. Closing it removes it all. */
interface DemoScene extends AutoCloseable {
    /** Says who talks to whom. */
    void introduce(PrintStream out);

    /** The engine's config. */
    String config();

    /** Starts the engine's process where it belongs. */
    Process start(ProcessBuilder process) throws IOException;

    /** Opens the driver's way to the engine, which runs. Once; the driver closes it. */
    EchoTransport open();

    /** What the driver sends, in the plural. */
    String messages();

    /** Tries once, before the warm-up, what takes part beside the driver, so that it isn't slow when it counts. */
    default void rehearse() {}

    /** What is on the way of the messages counts from zero from here on. */
    void mark();

    /** The traffic that counts flows from now on. */
    default void begin() {}

    /** It has come to an end; the engine still runs. */
    default void end() {}

    /**
     * Where all that was sent since the mark is by now. While something is on its way, the account is not balanced.
     *
     * @param counts of the driver, since the mark
     * @param engine what the engine counted since the mark
     */
    Accounting account(EchoCounts counts, EngineResult engine);

    /** What came of it, now that the engine has ended. */
    Findings findings(EchoReport traffic, EngineResult engine);

    @Override
    void close();
}
