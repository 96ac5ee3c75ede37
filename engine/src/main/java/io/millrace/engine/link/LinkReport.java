package io.millrace.engine.link;

/**
 * What the kernel says of an interface.
 *
 * @param index     the kernel's number of it in the namespace that is watched
 * @param name      its name there; "" if nothing was said of it
 * @param condition what it is now
 * @param mtu       in bytes; 0 if nothing was said of it
 * @param mac       its MAC address, in the lower six bytes; 0 if nothing was said of it
 */
record LinkReport(int index, String name, Condition condition, int mtu, long mac) {
    /** That nothing was said of its MAC address. */
    LinkReport(int index, String name, Condition condition, int mtu) {
        this(index, name, condition, mtu, 0);
    }

    /** From good to bad, with what is said of an interface in it. */
    enum Condition {
        UP("is up"),
        NO_CARRIER("has no carrier"),
        OFF("is down"),
        MOVED("was moved to another network namespace"),
        DELETED("was deleted");

        private final String text;

        Condition(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        /** Whether there is no interface of this index any more. */
        boolean isGone() {
            return this == MOVED || this == DELETED;
        }
    }
}
