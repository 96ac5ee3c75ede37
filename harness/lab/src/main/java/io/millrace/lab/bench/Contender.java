package io.millrace.lab.bench;

import com.typesafe.config.Config;
import io.millrace.HostException;
import io.millrace.lab.traffic.EchoForm;
import java.io.IOException;
import java.util.List;

/** A program that receives until SIGTERM, and then says what it counted. */
public interface Contender {
    /** The value of a number in {@link Counts} that the contender does not tell. */
    long UNKNOWN = -1;

    /** The contender's name in the results. */
    String name();

    /** The contender's settings in a mode, in some words. */
    String settings(Mode mode);

    /**
     * Makes what the contender needs, once before its first turn.
     *
     * @throws HostException when the host lacks something for that
     */
    void prepare() throws IOException;

    /**
     * Says how to start the contender. The JSON that it writes at its end goes to {@code result.json} in the task's
     * folder, or is the last line that it prints which begins with a brace.
     */
    List<String> command(Task task) throws IOException;

    /** The content of the config file that the command names, or "". */
    default String config(Task task) {
        return "";
    }

    /** Reads the contender's counts. */
    Counts counts(Suite suite, Config json);

    /** The lines that it printed, with counts in another form turned into a line of JSON. */
    default List<String> translated(List<String> printed) {
        return printed;
    }

    /**
     * Returns whether it takes frames from the kernel's stack by a packet socket, in place of an XDP program. It has to
     * tell its progress in the suites where nothing comes back: a {@code time_ns} ({@link System#nanoTime}), and the
     * {@code rx_frames} that it has received by then.
     */
    default boolean usesPacketSocket() {
        return false;
    }

    /** Returns whether it takes frames in several segments, which are longer than a page has room for. */
    default boolean takesSegments() {
        return false;
    }

    /** Returns whether it takes datagrams that the kernel has merged. */
    default boolean takesMerged() {
        return false;
    }

    /** How what it sends back differs from what it got, in suites of frames and datagrams. */
    default EchoForm echoForm(Suite suite) {
        return suite.family() == Family.UDP ? EchoForm.FROM_SOCKET : EchoForm.MACS_SWAPPED;
    }

    /**
     * What a receiver counted in its life: frames, datagrams, or the bytes of TCP connections.
     *
     * @param received what it got
     * @param returned what it sent back
     * @param dropped  what the kernel dropped or kept because the receiver was late, if only the receiver knows that;
     *                 {@link #UNKNOWN} if it does not know it either
     * @param failed   what it got and should have sent back, but did not
     * @param merged   what it got, counting what the kernel had merged once
     */
    record Counts(long received, long returned, long dropped, long failed, long merged) {}
}
