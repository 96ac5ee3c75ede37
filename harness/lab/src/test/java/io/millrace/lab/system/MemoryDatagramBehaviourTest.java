package io.millrace.lab.system;

/** A wire of this process, by which payloads of datagrams come. */
class MemoryDatagramBehaviourTest extends PortBehaviour {
    @Override
    PortBench open() {
        return new MemoryBehaviourTest.Bench("kind = datagram");
    }
}
