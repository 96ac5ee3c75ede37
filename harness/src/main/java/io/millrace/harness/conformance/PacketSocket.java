package io.millrace.harness.conformance;

import io.millrace.bindings.Libc;
import io.millrace.bindings.libc.libc_h;
import io.millrace.bindings.libc.pollfd;
import io.millrace.bindings.libc.sockaddr_ll;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

import static io.millrace.bindings.libc.libc_h.AF_PACKET;
import static io.millrace.bindings.libc.libc_h.MSG_DONTWAIT;
import static io.millrace.bindings.libc.libc_h.SOCK_CLOEXEC;
import static io.millrace.bindings.libc.libc_h.SOCK_RAW;
import static io.millrace.bindings.libc.libc_h.SOL_SOCKET;
import static io.millrace.bindings.libc.libc_h.SO_RCVBUFFORCE;

/**
 * Frames byte by byte, without the project's AF_XDP code: {@code AF_PACKET}, packet(7). It receives what arrives of the
 * probes' protocol, not what it sends. One thread.
 */
public final class PacketSocket implements AutoCloseable {
    private static final int LONGEST = 16_384;
    private static final int SEND_PATIENCE_MS = 2_000;
    private static final int SOURCE_AT = 6;
    /** For a window of frames that come back, each of which a driver may keep in a buffer of a page. */
    private static final int RECEIVE_BUFFER = 4 << 20;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(LONGEST);
    private final MemorySegment ready = pollfd.allocate(arena);
    private final byte[] mac;
    private final int fd;

    private PacketSocket(String interfaceName, byte[] mac) {
        this.mac = mac;
        fd = Libc.socket(AF_PACKET(), SOCK_RAW() | SOCK_CLOEXEC(), 0);
        MemorySegment address = sockaddr_ll.allocate(arena);
        sockaddr_ll.sll_family(address, (short) AF_PACKET());
        sockaddr_ll.sll_protocol(address, Short.reverseBytes((short) ProbeFrame.ETHERTYPE));
        sockaddr_ll.sll_ifindex(address, Libc.ifNameToIndex(interfaceName));
        Libc.bind(fd, address);
        Libc.setsockopt(fd, SOL_SOCKET(), SO_RCVBUFFORCE(), RECEIVE_BUFFER);
        pollfd.fd(ready, fd);
    }

    /** At the sending end of a wire. */
    public static PacketSocket open(Wire wire) {
        byte[] mac = HexFormat.ofDelimiter(":").parseHex(wire.senderMac());
        return wire.atSender(() -> new PacketSocket(wire.sender(), mac));
    }

    /**
     * Sends a frame, with this interface's address as its source. Waits for room in the interface's queue, if
     * need be.
     */
    public void send(byte[] frame) {
        MemorySegment.copy(frame, 0, buffer, ValueLayout.JAVA_BYTE, 0, frame.length);
        MemorySegment.copy(mac, 0, buffer, ValueLayout.JAVA_BYTE, SOURCE_AT, mac.length);
        for (int i = 0; libc_h.sendto(fd, buffer, frame.length, MSG_DONTWAIT(), MemorySegment.NULL, 0) != frame.length; i++) {
            if (i == SEND_PATIENCE_MS) {
                throw new CaseFailedException("the sending interface takes no frame");
            }
            Trial.pause(1);
        }
    }

    /** The next frame that has arrived, or null if none does within that time. */
    byte[] receive(int timeoutMs) {
        pollfd.events(ready, (short) libc_h.POLLIN());
        if (libc_h.poll(ready, 1, timeoutMs) <= 0) {
            return null;
        }
        long length = libc_h.recvfrom(fd, buffer, LONGEST, MSG_DONTWAIT(), MemorySegment.NULL, MemorySegment.NULL);
        return length < 0 ? null : buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void close() {
        Libc.close(fd);
        arena.close();
    }
}
