package io.millrace.core.link;

import io.millrace.spi.LinkCondition;
import java.util.List;

/**
 * What the kernel says about an interface.
 *
 * @param index      the kernel's number of it in the namespace that is watched
 * @param name       its name there; "" if the message does not tell it
 * @param otherNames its alternative names (`ip link property add dev NAME altname OTHER`)
 * @param condition  its condition now
 * @param mtu        its MTU in bytes; 0 if the message does not tell it
 * @param mac        its MAC address in the lower six bytes; 0 if the message does not tell it
 */
record LinkReport(int index, String name, List<String> otherNames, LinkCondition condition, int mtu, long mac) {
    /** A report on an interface with one name and an unknown MAC address. */
    LinkReport(int index, String name, LinkCondition condition, int mtu) {
        this(index, name, condition, mtu, 0);
    }

    /** A report on an interface with one name. */
    LinkReport(int index, String name, LinkCondition condition, int mtu, long mac) {
        this(index, name, List.of(), condition, mtu, mac);
    }

    /** Returns whether the interface has this name, as its own or as an alternative one. */
    boolean isNamed(String wanted) {
        return name.equals(wanted) || otherNames.contains(wanted);
    }
}
