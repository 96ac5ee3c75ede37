package io.millrace.afxdp;

/**
 * When a queue's duty cycle calls the kernel.
 *
 * @param flagged  whether it calls only if a ring's flag asks for it ({@code XDP_USE_NEED_WAKEUP}); if not, it calls
 *                 whenever frames wait to be sent
 * @param busyPoll whether it calls in each cycle, to run the driver's receive
 */
record WakeUps(boolean flagged, boolean busyPoll) {
    static final WakeUps ON_DEMAND = new WakeUps(true, false);
}
