package io.millrace;

import io.millrace.statistics.PortStatistics;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A port of a running engine: what can be asked of it and changed while frames flow. Any thread may use it, several at
 * a time, as long as the engine is there.
 *
 * <pre>{@code
 *   engine.port("ingress").accept("udp dst port 9000-9010", "ip dst net 239.1.0.0/16 udp");
 * }</pre>
 */
public interface EnginePort {
    /** Its name in the config. */
    String name();

    /**
     * The address that it is bound to: which one the kernel chose where the config says port 0. Null for a port that is
     * bound to none: one of type {@code af-xdp}, or a {@code tcp} port that connects.
     */
    InetSocketAddress localAddress();

    /** A snapshot of its counters; exact once the engine is closed. */
    PortStatistics statistics();

    /**
     * The rules that say which frames the port takes, in place now, as they are written in a config; empty for all
     * frames.
     *
     * @throws UnsupportedOperationException if the port is not of type {@code af-xdp}
     */
    List<String> accepted();

    /**
     * Changes the rules that say which frames the port takes, while frames flow. All rules take effect together: each
     * frame is judged by the old ones or by the new ones, as a whole. So a frame that both accept comes to the port,
     * and one that neither accepts stays with the kernel, throughout; none is lost, and the counters go on. When this
     * returns, frames that come in are judged by the new rules; those that the old ones let in may still be on their
     * way through the stages.
     *
     * <p>It takes tens of milliseconds, tenths of a second for thousands of rules, in which traffic goes on by the old
     * ones. On several queues the change comes to one after the other, within microseconds.
     *
     * @param rules as they are written in a config; a frame is taken that any of them matches, no rules take every
     * frame
     * @throws IllegalArgumentException       if one is no rule, or they make too large a table; the old ones stay in
     * place
     * @throws HostException                  if the kernel refuses; the old ones stay in place
     * @throws IllegalStateException          if the engine is stopping or closed, or the caller is a thread of the
     *                                        engine, a stage for instance, which would hold frames up meanwhile
     * @throws UnsupportedOperationException  if the port is not of type {@code af-xdp}: others are bound to an address
     */
    void accept(List<String> rules);

    /**
     * The same for rules that are known beforehand.
     *
     * @param rules as in {@code "udp dst port 9000-9010"}
     */
    void accept(String... rules);
}
