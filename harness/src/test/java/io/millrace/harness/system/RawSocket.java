package io.millrace.harness.system;

import static io.millrace.bindings.libc.libc_h.AF_PACKET;
import static io.millrace.bindings.libc.libc_h.ETH_P_ALL;
import static io.millrace.bindings.libc.libc_h.MSG_DONTWAIT;
import static io.millrace.bindings.libc.libc_h.SOCK_CLOEXEC;
import static io.millrace.bindings.libc.libc_h.SOCK_RAW;

import io.millrace.bindings.Libc;
import io.millrace.bindings.libc.libc_h;
import io.millrace.bindings.libc.sockaddr_ll;
import io.millrace.harness.net.VethPair;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Puts frames on the wire, and takes them off, byte by byte as they are: {@code AF_PACKET}. One thread. */
final class RawSocket implements AutoCloseable {
    private static final int MAX_LENGTH = 4096;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(MAX_LENGTH);
    private final int fd;

    RawSocket(VethPair.End end) {
        fd = end.namespace().call(() -> {
            int socket = Libc.socket(AF_PACKET(), SOCK_RAW() | SOCK_CLOEXEC(), 0);
            MemorySegment address = sockaddr_ll.allocate(arena);
            sockaddr_ll.sll_family(address, (short) AF_PACKET());
            sockaddr_ll.sll_protocol(address, Short.reverseBytes((short) ETH_P_ALL()));
            sockaddr_ll.sll_ifindex(address, Libc.ifNameToIndex(end.interfaceName()));
            Libc.bind(socket, address);
            return socket;
        });
    }

    /** Whether the kernel took the frame. */
    boolean send(byte[] frame) {
        MemorySegment.copy(frame, 0, buffer, ValueLayout.JAVA_BYTE, 0, frame.length);
        return libc_h.sendto(fd, buffer, frame.length, MSG_DONTWAIT(), MemorySegment.NULL, 0) == frame.length;
    }

    /** The next frame that the end has seen, either way, or null if there is none yet. */
    byte[] poll() {
        long length = libc_h.recvfrom(fd, buffer, MAX_LENGTH, MSG_DONTWAIT(), MemorySegment.NULL, MemorySegment.NULL);
        return length < 0 ? null : buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void close() {
        Libc.close(fd);
        arena.close();
    }
}
