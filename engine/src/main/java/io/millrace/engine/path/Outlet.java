package io.millrace.engine.path;

import io.millrace.engine.Verdict;
import io.millrace.engine.counters.PortCounter;

/**
 * The end of the pipeline: sends a frame the way that its verdict names, and counts it there, once. Poller's thread
 * only.
 */
public final class Outlet {
    /** An Ethernet header: the kernel refuses to send less. */
    private static final int MIN_LENGTH = 14;

    private final Port[] ports;
    private final LeaseDesk leases;

    /** @param ports by their ids */
    public Outlet(Port[] ports, LeaseDesk leases) {
        this.ports = ports;
        this.leases = leases;
    }

    /** A frame has passed the last stage. */
    void finish(FrameSlot slot) {
        if (slot.leases == 0 || leases.passed(slot)) {
            leave(slot.portId, slot.queue, slot.address, slot.length, slot.verdict);
        }
    }

    /** Takes back leases that were closed, and sends their frames on. */
    int settleLeases() {
        return leases.settle(this);
    }

    /** A frame that nobody holds any more takes its way. */
    void leave(int portId, int queue, long address, int length, int verdict) {
        Port home = ports[portId];
        if (Verdict.isForward(verdict)) {
            forward(home, ports[Verdict.portId(verdict)], queue, address, length);
            return;
        }
        home.counters().add(reason(verdict), 1);
        home.release(address);
    }

    private static PortCounter reason(int verdict) {
        if (verdict == Verdict.NONE) {
            return PortCounter.CONSUMED;
        }
        return verdict == Verdict.ABANDONED ? PortCounter.DROPPED_AT_STOP : PortCounter.DROPPED_BY_STAGE;
    }

    private void forward(Port home, Port out, int queue, long address, int length) {
        if (length < MIN_LENGTH || length > out.umem().frameSize()) {
            home.counters().add(PortCounter.DROPPED_INVALID, 1);
            home.release(address);
            return;
        }
        boolean sent;
        if (out == home) {
            sent = home.transmit(queue, address, length);
            if (!sent) {
                home.release(address);
            }
        } else {
            sent = out.transmitCopy(queue, home.umem(), address, length);
            home.release(address);
        }
        home.counters().add(sent ? PortCounter.FORWARDED : PortCounter.DROPPED_TX_FULL, 1);
    }
}
