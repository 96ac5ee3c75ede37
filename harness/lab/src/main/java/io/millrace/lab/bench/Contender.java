package io.millrace.lab.bench;

import com.typesafe.config.Config;
import io.millrace.HostException;
import io.millrace.lab.traffic.EchoForm;
import java.io.IOException;
import java.util.List;

/** A program that receives until SIGTERM, and then says what it counted. */
public interface Contender {
    /** What a {@link Counts} has for a number that the contender does not tell. */
    long UNKNOWN = -1;

    /** Its name in the results. */
    String name();

    /** Its settings in a mode, in some words. */
    String settings(Mode mode);

    /**
     * Makes what it needs, once before its first turn.
     *
     * @throws HostException when the host lacks something for that
     */
    void prepare() throws IOException;

    /**
     * Says how to start it. The JSON that it writes at its end goes to {@code result.json} in the task's folder, or is
     * the last line that it prints which begins with a brace.
     */
    List<String> command(Task task) throws IOException;

    /** The file that its command names, if that says how it is set up, or "". */
    default String config(Task task) {
        return "";
    }

    /** Reads what it counted. */
    Counts counts(Suite suite, Config json);

    /** The lines that it printed, with what it tells in words of its own put into a line of JSON. */
    default List<String> translated(List<String> printed) {
        return printed;
    }

    /**
     * Whether it takes frames from the kernel's stack by a packet socket, in place of an XDP program. It has to tell
     * its progress in the suites where nothing comes back: a {@code time_ns} ({@link System#nanoTime}), and the
     * {@code rx_frames} that it has received by then.
     */
    default boolean usesPacketSocket() {
        return false;
    }

    /** Whether it takes frames in several segments, which are longer than a page has room for. */
    default boolean takesSegments() {
        return false;
    }

    /** Whether it takes datagrams that the kernel has merged. */
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
     * @param dropped  what the kernel dropped or kept because the receiver was late, where only the receiver knows
     *                 that; {@link #UNKNOWN} if it does not either
     * @param failed   what it got, and should have sent back, and did not
     * @param merged   what it got, with what the kernel had merged counted once
     */
    record Counts(long received, long returned, long dropped, long failed, long merged) {}
}
