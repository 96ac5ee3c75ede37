package io.millrace.lab.system;

import io.millrace.testing.RootOnly;

/** A socket that receives and sends several datagrams at once, tells addresses and times, and sends without copies. */
@RootOnly
class UdpCoalescedBehaviourTest extends PortBehaviour {
    @Override
    PortBench open() {
        return new UdpBehaviourTest.Bench(
                UdpRig.COALESCED + ", zero-copy-above = 500, timestamps = on," + " local-address = on");
    }
}
