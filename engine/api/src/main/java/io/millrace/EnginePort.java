package io.millrace;

import io.millrace.statistics.PortStatistics;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A port of a running engine, to be queried and changed while frames flow. Any thread may use it, several at a time, as
 * long as the engine exists.
 *
 * <pre>{@code
 *   engine.port("ingress").accept("udp dst port 9000-9010", "ip dst net 239.1.0.0/16 udp");
 * }</pre>
 */
public interface EnginePort {
    /** Its name in the config. */
    String name();

    /**
     * The address that the port is bound to, with the port number that the kernel chose if the config says 0. Null for
     * a port that is not bound to an address: one of type {@code af-xdp}, or a {@code tcp} port that connects.
     */
    InetSocketAddress localAddress();

    /** A snapshot of its counters; exact once the engine is closed. */
    PortStatistics statistics();

    /**
     * The current rules that say which frames the port takes, as they are written in a config; empty if it takes all
     * frames.
     *
     * @throws UnsupportedOperationException if the port is not of type {@code af-xdp}
     */
    List<String> accepted();

    /**
     * Changes the rules that say which frames the port takes, while frames flow. All rules take effect together: each
     * frame is judged either by the old rules or by the new ones. So a frame that both accept comes to the port
     * throughout, and one that neither accepts stays with the kernel; no frame is lost, and the counters continue. Once
     * this has returned, frames that come in are judged by the new rules; frames that the old rules accepted may still
     * be on their way through the stages.
     *
     * <p>It takes tens of milliseconds, or tenths of a second for thousands of rules; meanwhile traffic is judged by
     * the old rules. With several queues, they change one after the other, within microseconds.
     *
     * @param rules the rules as they are written in a config; the port takes frames that any of them matches, or every
     *              frame if there are no rules
     * @throws IllegalArgumentException if a text is not a rule, or the table would be too large; the old rules stay in
     * place
     * @throws HostException if the kernel refuses the rules; the old ones stay in place
     * @throws IllegalStateException          if the engine is stopping or closed, or the caller is a thread of the
     *                                        engine, a stage for instance, which would hold frames up meanwhile
     * @throws UnsupportedOperationException  if the port is not of type {@code af-xdp}: others are bound to an address
     */
    void accept(List<String> rules);

    /**
     * Changes the rules, like {@link #accept(java.util.List)}.
     *
     * @param rules as in {@code "udp dst port 9000-9010"}
     */
    void accept(String... rules);
}
