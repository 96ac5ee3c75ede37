package io.millrace.lab.traffic;

import java.io.IOException;

/**
 * How an {@link EchoDriver}'s messages get to whatever echoes them, and back. They are numbered from 0; what comes back
 * is checked byte by byte and counted in the {@link #tally}.
 *
 * <p>Belongs to the driver, whose thread calls all but {@link #close}; nothing is allocated for a message.
 */
public abstract class EchoTransport implements AutoCloseable {
    private final EchoTally tally = new EchoTally();

    EchoTransport() {}

    /** Sends as many of so many messages as there is room for now; without waiting. */
    abstract void send(int wanted);

    /** Messages sent, which is the next one's number too. */
    abstract long sent();

    /** Looks at what has come back, a batch at most, without waiting; returns how much it was, 0 for nothing. */
    abstract int receive();

    /** Returns whether something that was sent is still with the sender. */
    abstract boolean sending();

    /** The most messages that may be on their way, where the driver keeps to that. */
    abstract int window();

    /** Returns whether it keeps to that at a pace as well: what is in the way of the messages could not hold more. */
    abstract boolean alwaysWindowed();

    /** What has not come back after so long without any other message coming is taken for lost. */
    abstract long patienceNs();

    /** Returns whether no message that is on its way can come back any more. */
    boolean isOver() {
        return false;
    }

    /** Messages lost so far, as far as can be told while others are on their way. */
    long missed() {
        return tally.overtaken();
    }

    final EchoTally tally() {
        return tally;
    }

    /** Why a system call failed: some of the JDK's exceptions say it by their class alone. */
    static String reason(IOException failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    /** Ends it. Not while the driver runs. */
    @Override
    public abstract void close();
}
