package io.millrace.lab.vm.guest;

import io.millrace.lab.conformance.KernelCase;
import io.millrace.lab.conformance.XskMode;
import io.millrace.lab.net.BusyPollCounter;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A case of the kernel's own tests on a zero-copy driver.
 *
 * @param mode one of those that are zero-copy
 */
record KernelCaseCheck(KernelCase kernelCase, XskMode mode) implements GuestCheck {
    /** In these frames come for long enough that not all of them can have come by an interrupt. */
    private static final Set<KernelCase> STEADY = EnumSet.of(
            KernelCase.SEND_RECEIVE,
            KernelCase.SEND_RECEIVE_2K_FRAME,
            KernelCase.SEND_RECEIVE_SINGLE_PKT,
            KernelCase.BIDIRECTIONAL);

    /** All cases in all modes that they have here. */
    static Stream<GuestCheck> all() {
        return Stream.of(XskMode.values())
                .filter(XskMode::isZeroCopy)
                .flatMap(mode -> Stream.of(KernelCase.values())
                        .filter(each -> each.modes().contains(mode))
                        .map(each -> new KernelCaseCheck(each, mode)));
    }

    @Override
    public String name() {
        return "kernel case " + kernelCase + (mode.isBusyPoll() ? ", busy polling" : "");
    }

    @Override
    public void run(GuestNetwork network, Findings findings) throws IOException {
        long before = BusyPollCounter.read();
        HugePages.with(kernelCase.hugePages(), () -> kernelCase.run(network.wire(), mode));
        long polled = BusyPollCounter.read() - before;
        if (mode.isBusyPoll()) {
            findings.note("%,d frames received by busy polling", polled);
            findings.expect(polled > 0 || !STEADY.contains(kernelCase), "the poller never ran the driver");
        } else {
            findings.expectSame(0, polled, "frames received by busy polling, which is off");
        }
    }
}
