package io.millrace.spi.config;

import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;

/** The interfaces of this host, in the network namespace of the calling thread, by whatever name they have. */
public final class HostInterfaces {
    private HostInterfaces() {}

    /** The kernel's number of an interface, by its name or an alternative one; 0 if there is none. */
    public static int index(String name) {
        try {
            return Libc.ifNameToIndex(name);
        } catch (SystemCallException e) {
            return 0;
        }
    }

    /** Whether both names are those of one interface; of interfaces that are not there, whether they are the same. */
    public static boolean areSame(String name, String other) {
        if (name.equals(other)) {
            return true;
        }
        int index = index(name);
        return index != 0 && index == index(other);
    }
}
