package io.millrace.harness.bench;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A program that receives frames on an interface until SIGTERM, and then says how many. */
public interface Contender {
    /** Its name in the results. */
    String name();

    /**
     * Makes what it needs and says how to start it.
     *
     * @param interfaceName of the namespace that it is started in
     * @param cpu           the one that it is pinned to
     * @param folder        for its files; the JSON that it writes at its end goes to {@code result.json} there, unless it
     *                      prints it
     */
    List<String> command(Suite suite, String interfaceName, int cpu, Path folder) throws IOException;

    /** Reads what it counted. */
    Counts counts(Config json);

    /**
     * What a receiver counted in its life.
     *
     * @param received frames that it got
     * @param returned frames that it sent back
     * @param dropped  frames that the kernel dropped or kept because the receiver was late
     */
    record Counts(long received, long returned, long dropped) {
    }
}
