package io.millrace.spi.config;

import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;

/**
 * Looks up interfaces of this host, in the network namespace of the calling thread, by their own or alternative names.
 */
public final class HostInterfaces {
    private HostInterfaces() {}

    /** Returns the kernel's number of an interface, by its own or an alternative name; 0 if there is none. */
    public static int index(String name) {
        try {
            return Libc.ifNameToIndex(name);
        } catch (SystemCallException e) {
            return 0;
        }
    }

    /**
     * Returns whether both names belong to the same interface. Names of interfaces that do not exist are compared as
     * texts.
     */
    public static boolean areSame(String name, String other) {
        if (name.equals(other)) {
            return true;
        }
        int index = index(name);
        return index != 0 && index == index(other);
    }
}
