package io.millrace.spi;

/**
 * A port together with one interface of the host that it depends on; a port may have several. Only the link thread
 * calls these methods, and they are cold; {@link #link} alone may be called by any thread.
 */
public interface LinkedPort {
    /** The state of the interface. Any thread may call this. */
    PortLink link();

    /** The interface is gone: detaches the XDP program if it is still attached. */
    void loseLink();

    /**
     * Says why the port can't use another interface of that name; null if it can. Asked when the port's interface is
     * gone.
     */
    String lastingLoss();

    /**
     * Says for the log what a change for the worse means for the port: {@code nothing is received until its cable or
     * its peer is back}.
     *
     * @param now the condition of the interface, not {@link LinkCondition#UP}
     */
    String advice(LinkCondition now);

    /** Says for the log what {@link #reopen} has done: {@code the port is open on it}. */
    String whenBack();

    /** Returns whether {@link #reopen} needs an interface that is switched on, and not just one that exists. */
    default boolean needsSwitchedOn() {
        return true;
    }

    /** Takes the MTU that the kernel has told for the interface, in bytes; 0 if it did not tell it. */
    default void hearMtu(int mtu) {}

    /**
     * Continues to release everything that the port had of the interface that is gone. The poller has a part in it, so
     * it takes several calls.
     *
     * @return whether it is done
     */
    boolean letGo();

    /**
     * Opens the port on the interface that has the name now. The port must have {@linkplain #letGo let go} of the one
     * before.
     *
     * @throws RuntimeException if it can't; the message says why, and the port is as it was
     */
    Reopened reopen();

    /**
     * Starts to use what was opened. To be called after {@link #link} has been told of it, because the poller reads
     * that.
     */
    void resume();

    /**
     * The interface that the port was opened on.
     *
     * @param index the kernel's number of the interface
     * @param up    whether it was switched on
     * @param mtu   in bytes, or 0 if that is not known
     */
    record Reopened(int index, boolean up, int mtu) {}
}
