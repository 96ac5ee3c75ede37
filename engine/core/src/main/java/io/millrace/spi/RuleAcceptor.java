package io.millrace.spi;

import java.util.List;

/** The role of a port that chooses by rules which frames it takes. Cold; any thread but those of the engine. */
public interface RuleAcceptor {
    /** The rules in place, as they are written in a config; empty if it takes every frame. Any thread may call this. */
    List<String> accepted();

    /**
     * Changes the rules while frames flow. All rules take effect together.
     *
     * @throws IllegalArgumentException if a text is not a rule, or the table would be too large; the old rules stay in
     *         place
     * @throws io.millrace.HostException if the host refuses them; the old rules stay in place
     */
    void accept(List<String> rules);
}
