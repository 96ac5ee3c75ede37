package io.millrace.spi;

import io.millrace.statistics.LinkState;

/** What an interface is at the moment, from good to bad, with what the log says of an interface in it. */
public enum LinkCondition {
    /** It is switched on and has a carrier. */
    UP("is up", LinkState.UP),
    /** It is switched on, and its cable or its peer is missing. */
    NO_CARRIER("has no carrier", LinkState.DOWN),
    /** It is switched off. */
    OFF("is down", LinkState.DOWN),
    /** It is in another network namespace than before, out of reach for the engine. */
    MOVED("was moved to another network namespace", LinkState.GONE),
    /** It does not exist any more. */
    DELETED("was deleted", LinkState.GONE);

    private final String text;
    private final LinkState state;

    LinkCondition(String text, LinkState state) {
        this.text = text;
        this.state = state;
    }

    /** What is said behind the interface's name. */
    public String text() {
        return text;
    }

    /** The same in the words of the statistics. */
    public LinkState state() {
        return state;
    }

    /** Whether there is no interface of this index any more. */
    public boolean isGone() {
        return state == LinkState.GONE;
    }
}
