package io.millrace.lab.net;

import static io.millrace.bindings.libc.libc_h.AF_PACKET;
import static io.millrace.bindings.libc.libc_h.MSG_DONTWAIT;
import static io.millrace.bindings.libc.libc_h.SOCK_CLOEXEC;
import static io.millrace.bindings.libc.libc_h.SOCK_RAW;
import static io.millrace.bindings.libc.libc_h.SOL_SOCKET;
import static io.millrace.bindings.libc.libc_h.SO_RCVBUFFORCE;

import io.millrace.bindings.Libc;
import io.millrace.bindings.libc.libc_h;
import io.millrace.bindings.libc.pollfd;
import io.millrace.bindings.libc.sockaddr_ll;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Puts frames on an interface, and takes them off, byte by byte as they are, without the project's AF_XDP code: {@code
 * AF_PACKET}, packet(7). Used by one thread only.
 */
public final class RawSocket implements AutoCloseable {
    private static final int LONGEST = 16_384;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(LONGEST);
    private final MemorySegment ready = pollfd.allocate(arena);
    private final int fd;

    private RawSocket(int fd) {
        this.fd = fd;
        pollfd.fd(ready, fd);
        pollfd.events(ready, (short) libc_h.POLLIN());
    }

    /**
     * Opens one in the calling thread's network namespace; any thread may use it then. Needs CAP_NET_RAW.
     *
     * @param protocol the Ethertype that it takes frames of when they arrive; {@code ETH_P_ALL} for frames of every
     *                 type, those that leave by the interface too
     */
    public static RawSocket open(String interfaceName, int protocol) {
        int fd = Libc.socket(AF_PACKET(), SOCK_RAW() | SOCK_CLOEXEC(), 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = sockaddr_ll.allocate(arena);
            sockaddr_ll.sll_family(address, (short) AF_PACKET());
            sockaddr_ll.sll_protocol(address, Short.reverseBytes((short) protocol));
            sockaddr_ll.sll_ifindex(address, Libc.ifNameToIndex(interfaceName));
            Libc.bind(fd, address);
            return new RawSocket(fd);
        } catch (RuntimeException e) {
            Libc.close(fd);
            throw e;
        }
    }

    /** Room for what has arrived and was not taken yet, in bytes; more than the system's limit for users. */
    public void receiveBuffer(int lengthBytes) {
        Libc.setsockopt(fd, SOL_SOCKET(), SO_RCVBUFFORCE(), lengthBytes);
    }

    /** Returns whether the kernel took the frame; it does not while the interface's queue is full. */
    public boolean send(byte[] frame) {
        load(frame);
        return sendLoaded(frame.length);
    }

    /** Gets a frame ready, until the next one is sent or received. */
    public void load(byte[] frame) {
        MemorySegment.copy(frame, 0, buffer, ValueLayout.JAVA_BYTE, 0, frame.length);
    }

    /** Sends the prepared frame, any number of times. */
    public boolean sendLoaded(int lengthBytes) {
        return libc_h.sendto(fd, buffer, lengthBytes, MSG_DONTWAIT(), MemorySegment.NULL, 0) == lengthBytes;
    }

    /** The next frame, or null if none is there within that time. */
    public byte[] receive(int timeoutMs) {
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
