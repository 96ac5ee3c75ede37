package io.millrace.spi;

import java.util.List;

/** A port that chooses by rules which frames it takes. Cold; any thread but those of the engine. */
public interface RuleAcceptor {
    /** The rules in place, as they are written in a config; empty if it takes every frame. Any thread. */
    List<String> accepted();

    /**
     * Changes the rules while frames flow: all take effect together.
     *
     * @throws IllegalArgumentException if one is none, or they make too large a table; the old ones stay in place then
     * @throws io.millrace.HostException if the host refuses; the old ones stay in place then
     */
    void accept(List<String> rules);
}
