package io.millrace.core.link;

import java.util.List;

/**
 * What the kernel says of an interface.
 *
 * @param index      the kernel's number of it in the namespace that is watched
 * @param name       its name there; "" if nothing was said of it
 * @param otherNames its alternative names (`ip link property add dev NAME altname OTHER`)
 * @param condition  what it is now
 * @param mtu        in bytes; 0 if nothing was said of it
 * @param mac        its MAC address, in the lower six bytes; 0 if nothing was said of it
 */
record LinkReport(int index, String name, List<String> otherNames, Condition condition, int mtu, long mac) {
    /** Of an interface with one name, of whose MAC address nothing was said. */
    LinkReport(int index, String name, Condition condition, int mtu) {
        this(index, name, condition, mtu, 0);
    }

    /** Of an interface with one name. */
    LinkReport(int index, String name, Condition condition, int mtu, long mac) {
        this(index, name, List.of(), condition, mtu, mac);
    }

    /** Whether it has this name, as its own or as an alternative one. */
    boolean isNamed(String wanted) {
        return name.equals(wanted) || otherNames.contains(wanted);
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
