package io.millrace.harness.vm.guest;

import io.millrace.harness.conformance.KernelCase;
import io.millrace.harness.conformance.Wire;
import io.millrace.harness.conformance.XskMode;

/** A case of the kernel's own tests, in zero-copy mode. They take their time: only when asked for. */
record KernelCaseCheck(KernelCase kernelCase) implements GuestCheck {
    @Override
    public String name() {
        return "kernel case " + kernelCase;
    }

    @Override
    public boolean isOptional() {
        return true;
    }

    @Override
    public void run(GuestNetwork network, Findings findings) {
        kernelCase.run(Wire.local(GuestNetwork.PEER_INTERFACE, GuestNetwork.ENGINE_INTERFACE), XskMode.ZERO_COPY);
    }
}
