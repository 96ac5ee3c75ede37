package io.millrace.statistics;

/** What an interface is good for. */
public enum LinkState {
    /** It is switched on and has a carrier. */
    UP,
    /** It is switched off, or has no carrier; it may come back. */
    DOWN,
    /** It was deleted, or moved to another network namespace; another one of its name may take its place. */
    GONE
}
