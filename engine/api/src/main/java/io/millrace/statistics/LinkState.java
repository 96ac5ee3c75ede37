package io.millrace.statistics;

/** The state of an interface. */
public enum LinkState {
    /** It is switched on and has a carrier. */
    UP,
    /** It is switched off, or has no carrier; it may come back. */
    DOWN,
    /** It was deleted or moved to another network namespace; another interface of its name may take its place. */
    GONE
}
