package io.millrace.lab.vm.guest;

import io.millrace.lab.conformance.XskMode;
import io.millrace.lab.net.BusyPollCounter;

/**
 * The poller's system calls run the driver's receive, which the kernel counts. The driver sends from another turn
 * (NAPI), which these calls do not run: frames that leave show that it is woken all the same.
 */
final class BusyPolling implements GuestCheck {
    private static final Echo ECHO = new Echo("busy polling", "mode = inline", XskMode.ZERO_COPY_BUSY_POLL.settings());
    /** The least share of a hundred frames; the others came by an interrupt. */
    private static final int LEAST_PERCENT = 50;

    @Override
    public String name() {
        return ECHO.name();
    }

    @Override
    public void run(GuestNetwork network, Findings findings) {
        long before = BusyPollCounter.read();
        long received = ECHO.echo(network, findings);
        long polled = BusyPollCounter.read() - before;
        findings.expect(
                polled * 100 >= received * LEAST_PERCENT,
                "%,d frames of %,d were received by busy polling",
                polled,
                received);
        findings.note("%,d of them by busy polling", polled);
    }
}
