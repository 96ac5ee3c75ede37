package io.millrace.lab.vm;

import java.util.Locale;

/** Where frames are copied between the sender's UMEM and the engine's. */
public enum RatePath {
    /** Nowhere: both sockets are in zero-copy mode. */
    ZERO_COPY(false, false, "no copy"),
    /** The kernel copies them into the engine's UMEM; they come from the same sender. */
    COPY_RECEIVED(false, true, "copied by the receiver"),
    /** The kernel also copies them out of the sender's UMEM: both sockets are in copy mode. */
    COPY(true, true, "copied by sender and receiver");

    private final boolean senderCopies;
    private final boolean receiverCopies;
    private final String meaning;

    RatePath(boolean senderCopies, boolean receiverCopies, String meaning) {
        this.senderCopies = senderCopies;
        this.receiverCopies = receiverCopies;
        this.meaning = meaning;
    }

    /** Returns whether the sender's socket is in copy mode. */
    public boolean senderCopies() {
        return senderCopies;
    }

    /** The engine's copy mode, as its config has it. */
    public String receiver() {
        return receiverCopies ? "copy" : "zero-copy";
    }

    /** The path in words. */
    public String meaning() {
        return meaning;
    }

    /** The path's name in JSON. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
