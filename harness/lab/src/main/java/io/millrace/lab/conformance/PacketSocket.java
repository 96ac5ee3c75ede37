package io.millrace.lab.conformance;

import io.millrace.lab.net.RawSocket;
import java.util.HexFormat;

/**
 * The sending end of a wire, without the project's AF_XDP code. It receives what arrives of the probes' protocol, not
 * what it sends. Used by one thread only.
 */
public final class PacketSocket implements AutoCloseable {
    private static final int SEND_PATIENCE_MS = 2_000;
    private static final int SOURCE_AT = 6;
    /** Room for a window of frames that come back, each of which a driver may keep in a buffer of a page. */
    private static final int RECEIVE_BUFFER = 4 << 20;

    private final RawSocket socket;
    private final byte[] mac;

    private PacketSocket(RawSocket socket, byte[] mac) {
        this.socket = socket;
        this.mac = mac;
        socket.receiveBuffer(RECEIVE_BUFFER);
    }

    /** Opens the socket at the sending end of a wire. */
    public static PacketSocket open(Wire wire) {
        byte[] mac = HexFormat.ofDelimiter(":").parseHex(wire.senderMac());
        return wire.atSender(() -> new PacketSocket(RawSocket.open(wire.sender(), ProbeFrame.ETHERTYPE), mac));
    }

    /**
     * Sends a frame, with this interface's address as its source. Waits for room in the interface's queue, if need be.
     */
    public void send(byte[] frame) {
        byte[] own = frame.clone();
        System.arraycopy(mac, 0, own, SOURCE_AT, mac.length);
        for (int i = 0; !socket.send(own); i++) {
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
