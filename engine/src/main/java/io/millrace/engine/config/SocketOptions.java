package io.millrace.engine.config;

/**
 * How the sockets of a port of type {@code af-xdp} are set up, beside their rings.
 *
 * @param require    the least that the port must get
 * @param needWakeUp whether the kernel says when it wants to be woken ({@code XDP_USE_NEED_WAKEUP})
 * @param headroom   bytes in front of each frame, beside the 256 that the kernel leaves there
 * @param chunks     how frames lie in the UMEM
 * @param busyPoll   whether the poller runs the driver's receive itself
 * @param stateDir   the folder for what must be put back after a crash; the engine's
 */
public record SocketOptions(RequiredMode require, boolean needWakeUp, int headroom, Chunks chunks,
                            BusyPollSettings busyPoll, String stateDir) {
    /** As it is without any of the keys. */
    public static final SocketOptions DEFAULTS = new SocketOptions(RequiredMode.NONE, true, 0, Chunks.ALIGNED,
        BusyPollSettings.OFF, "/run/millrace");

    /** The same over another port's UMEM. */
    SocketOptions withMemoryOf(SocketOptions owner) {
        return new SocketOptions(require, needWakeUp, owner.headroom, owner.chunks, busyPoll, stateDir);
    }
}
