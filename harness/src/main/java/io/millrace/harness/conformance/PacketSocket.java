package io.millrace.harness.conformance;

import io.millrace.harness.net.RawSocket;

/**
 * The sending end of a wire, without the project's AF_XDP code. It receives what arrives of the probes' protocol, not
 * what it sends. One thread.
 */
final class PacketSocket implements AutoCloseable {
    private static final int SEND_PATIENCE_MS = 2_000;

    private final RawSocket socket;

    private PacketSocket(RawSocket socket) {
        this.socket = socket;
    }

    static PacketSocket open(Wire wire) {
        return wire.atSender(() -> new PacketSocket(RawSocket.open(wire.sender(), ProbeFrame.ETHERTYPE)));
    }

    /** Waits for room in the interface's queue, if need be. */
    void send(byte[] frame) {
        for (int i = 0; !socket.send(frame); i++) {
            if (i == SEND_PATIENCE_MS) {
                throw new CaseFailedException("the sending interface takes no frame");
            }
            Trial.pause(1);
        }
    }

    /** The next frame that has arrived, or null if none does within that time. */
    byte[] receive(int timeoutMs) {
        return socket.receive(timeoutMs);
    }

    @Override
    public void close() {
        socket.close();
    }
}
