package io.millrace.core.link;

/**
 * A port and an interface of the host that its frames come by; a port may have several. All but {@link #link} is cold,
 * and the link thread's.
 */
public interface LinkedPort {
    /** The interface. Any thread. */
    PortLink link();

    /** The interface is gone: takes the program off it, if that is still there. */
    void loseLink();

    /** Why the port can't use another interface of that name; null if it can. To be asked when the port's is gone. */
    String lastingLoss();

    /** Whether {@link #reopen} takes an interface that is switched on; else one that is there will do. */
    default boolean needsSwitchedOn() {
        return true;
    }

    /** Takes the MTU that the interface has been heard to have, in bytes; 0 if that was not told. */
    default void hearMtu(int mtu) {}

    /**
     * Goes on to let go of all that the port had of the interface that is gone. The poller has a part in it, so that it
     * takes several calls.
     *
     * @return whether it is done
     */
    boolean letGo();

    /**
     * Opens the port on the interface that has the name now; it must have {@linkplain #letGo let go} of the one before.
     *
     * @throws RuntimeException if it can't; the message says why, and the port is as it was
     */
    Reopened reopen();

    /** Goes on with what was opened; to be said when {@link #link} knows of it, which the poller looks at. */
    void resume();

    /**
     * What the port has got.
     *
     * @param index the kernel's number of the interface
     * @param up    whether it was switched on
     * @param mtu   in bytes, or 0 if that is not known
     */
    record Reopened(int index, boolean up, int mtu) {}
}
