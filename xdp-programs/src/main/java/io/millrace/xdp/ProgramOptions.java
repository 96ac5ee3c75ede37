package io.millrace.xdp;

import java.util.Set;

/**
 * How an interface's program is loaded. The kernel only lets a program replace another one on an interface if both were
 * loaded with the same options.
 *
 * @param frags          whether frames may lie in several buffers of the driver ({@code xdp.frags}), as those of a
 *                       large MTU do; the program looks at the first, which has the headers. Takes Linux 5.18
 * @param hints          what the program is to ask the driver for, and to write in front of each frame. Such a program
 *                       is for one interface alone, and for native mode. Takes Linux 6.3, {@link Hint#VLAN} 6.8
 * @param interfaceIndex the interface whose driver is asked; not used without hints
 */
public record ProgramOptions(boolean frags, Set<Hint> hints, int interfaceIndex) {
    /** Options for frames in one buffer, without hints. */
    public static final ProgramOptions PLAIN = new ProgramOptions(false, Set.of(), 0);

    public ProgramOptions {
        hints = Set.copyOf(hints);
    }

    boolean asksDriver() {
        return !hints.isEmpty();
    }
}
