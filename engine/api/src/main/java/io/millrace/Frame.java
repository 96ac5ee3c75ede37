package io.millrace;

import java.lang.foreign.MemorySegment;
import org.agrona.MutableDirectBuffer;

/**
 * What a port received, where the kernel or the network card put it: an Ethernet frame on {@code af-xdp} ports, the
 * payload of a datagram on {@code udp} ports, a piece of a stream or a message on {@code tcp} ports. A stage that uses
 * {@link #payloadOffset()}, {@link #source()} and {@link #destination()} works the same on all of them; {@link #kind()}
 * tells which one it is.
 *
 * <p>A flyweight: the engine moves one instance per stage over the frames of a batch. It belongs to the stage's thread
 * and is valid inside {@link Stage#onFrame} only; after the batch every access throws. Index 0 of {@link #buffer()} and
 * of {@link #segment()} is the first byte of the destination MAC address, on socket ports the first byte of the
 * payload.
 */
public interface Frame {
    /** The {@link #vlanTag} of a frame from which the network card has taken no tag. */
    int NO_VLAN = -1;

    /** The length of the frame in bytes; that of the first segment if the frame has several. */
    int length();

    /**
     * Makes the frame shorter or, up to {@link #capacity()}, longer. Bytes that are added are not cleared. If the frame
     * has several segments, the first one changes.
     *
     * @throws IllegalArgumentException if the length is negative or larger than the capacity
     */
    void length(int lengthBytes);

    /**
     * The length in bytes that the frame may grow to: the rest of its chunk of memory from its first byte on. A frame
     * that shares its chunk with others, a message of a stream or a datagram of a coalesced buffer, may only grow to
     * the length that it was received with.
     */
    int capacity();

    /**
     * How many bytes may be added in front of the frame: the kernel's 256 bytes and the port's {@code headroom}, minus
     * 24 with {@code tx-metadata}. 0 on socket ports, whose frames share their memory or have their addresses in front.
     */
    int headroom();

    /**
     * Moves the start of the frame to a lower address, to make room for a header in front. The frame becomes longer by
     * this number of bytes; its other bytes stay where they are. The new bytes are not cleared, and {@link #buffer()}
     * starts with them. Not for stages that run in parallel.
     *
     * @throws IllegalArgumentException if the number is negative or larger than the {@link #headroom()}
     * @throws IllegalStateException    in a stage that runs in parallel to another
     */
    void prepend(int bytes);

    /**
     * Removes bytes from the front, for instance a header that is no longer needed, without moving the rest. They count
     * as headroom from then on. At least one byte stays. Not for stages that run in parallel.
     *
     * @throws IllegalArgumentException if the number is negative or no byte would be left, or the frame came by a
     * socket port
     * @throws IllegalStateException    in a stage that runs in parallel to another
     */
    void trimFront(int bytes);

    /**
     * The frame's bytes as an Agrona buffer, bounds-checked and revoked with the flyweight. A loop on another thread
     * may miss the revocation, and a buffer that a stage wraps around this one's raw address is never revoked: such
     * accesses see other frames later, and zeroes after the engine closed, but don't crash the JVM. Methods that Agrona
     * itself checks (copies, text, atomic access) are unchecked with {@code agrona.disable.bounds.checks}: a wrong
     * index can then crash the JVM.
     */
    MutableDirectBuffer buffer();

    /** The frame's bytes as a slice of {@link #memory()}. It makes one small object, which the JIT mostly removes. */
    MemorySegment segment();

    /**
     * The whole memory of the port that received the frame; the frame starts at {@link #address()}. It makes no object.
     */
    MemorySegment memory();

    /**
     * The offset in bytes at which the frame starts in {@link #memory()}: where the kernel put it, unless a stage has
     * moved its start.
     */
    long address();

    /**
     * The number of segments that the frame has in memory: more than 1 only with {@code multi-buffer = on}, for frames
     * that are too long for one frame of the UMEM. {@link #length()}, {@link #buffer()}, {@link #segment()} and {@link
     * #address()} refer to the first segment, which holds the headers; {@link #segments()} shows all of them. It is
     * still one frame: drop, forward and lease apply to all segments.
     */
    int segmentCount();

    /** The length of all segments, in bytes. */
    int totalLength();

    /**
     * Makes the frame shorter; segments that would be empty are removed from it. A frame of one segment may also become
     * longer, as by {@link #length(int)}. Ends a walk over {@link #segments()}. Not for stages that run in parallel.
     *
     * @throws IllegalArgumentException if the length is negative, or larger than that of all segments
     */
    void totalLength(int lengthBytes);

    /** The segments from the first on; the same flyweight at each call. */
    FrameSegments segments();

    /** What the bytes of the frame are, which depends on the kind of port that it came by. */
    FrameKind kind();

    /**
     * The offset of the payload in the frame: after the UDP or TCP header of an Ethernet frame, 0 on socket ports; -1
     * if the frame has no payload, as ARP, or only a part of one, as a fragment.
     */
    int payloadOffset();

    /**
     * The length of the payload in bytes, over all segments; 0 if the frame has none. The first segment has at most
     * {@code length() - payloadOffset()} bytes of it.
     */
    int payloadLength();

    /** Who sent the frame; the same flyweight at each call. */
    Endpoint source();

    /**
     * The address that the frame was sent to; the same flyweight at each call. A UDP port knows it with {@code
     * local-address}; without, it only tells the port number that it is bound to.
     */
    Endpoint destination();

    /**
     * The time at which the frame was received, in nanoseconds; 0 if it is not known. On UDP ports with {@code
     * timestamps = on} it is the kernel's time since 1970; on {@code af-xdp} ports with {@code metadata = [timestamp]}
     * it is the time of the network card or its driver, by its own clock.
     */
    long timestampNs();

    /**
     * Returns whether {@link #rssHash} is known: with {@code metadata = [hash]}, and if the driver told it for this
     * frame.
     */
    boolean hasRssHash();

    /** The hash by which the network card spreads flows over its queues; 0 if it is not known. */
    int rssHash();

    /**
     * The VLAN tag that the network card took out of the frame, with {@code metadata = [vlan]}: priority in bits 13 to
     * 15, drop eligible in bit 12, VLAN id below. {@link #NO_VLAN} if there was none, or if it is still in the frame's
     * bytes.
     */
    int vlanTag();

    /**
     * The TCP connection that the frame came by; the same flyweight at each call.
     *
     * @throws IllegalStateException if it came by none
     */
    Connection connection();

    /** The port that received the frame. */
    int portId();

    /** The queue, of that port, that the frame came by. */
    int queue();

    /**
     * Drops the frame as soon as the stages that are working on it are done; no later stage sees it. If the same stage
     * calls {@link #forward(int)} afterwards, that counts instead.
     */
    void drop();

    /**
     * Sends the frame out of a port, as it is after the last stage. A port with connections sends it by the connection
     * that it came by, or by the only one of a port with {@code connect}.
     *
     * <p>Within one stage, the last call of {@code forward} or {@link #drop} counts. Among stages, a drop outranks
     * every forward; of two forwards, that of the later stage in the pipeline counts, or, in a list of parallel stages,
     * that of the stage further down. A forward that replaces an earlier stage's also discards what was asked for that
     * way out: the connection, {@link #sendFile}, {@link #closeConnection} and {@link #launchAt}. What an earlier stage
     * asked for before any forward applies to the first forward.
     *
     * @param portId from {@link StageContext#portId}
     */
    void forward(int portId);

    /**
     * Sends the frame by a connection of a TCP port, whichever it came by.
     *
     * @param portId       from {@link StageContext#portId}
     * @param connectionId the {@link Connection#id}. If the connection has ended by then, the frame is dropped and
     *                     counted as {@code gone}; if the port has no such connection, as {@code invalid}.
     * @throws IllegalStateException in a stage that runs in parallel to another
     */
    void forward(int portId, long connectionId);

    /**
     * Turns the frame round, so that {@link #forward(int)} out of a socket port sends it back to its sender, even by a
     * port that has a {@code remote}. Calling it a second time undoes it. On {@code af-xdp} ports the addresses are in
     * the frame's own bytes, and the stage {@code reflect} swaps them. Not for stages that run in parallel.
     */
    void turnRound();

    /**
     * Sends a region of a file after the frame's bytes, by the TCP connection that the frame is forwarded to. The
     * file's bytes go to the socket inside the kernel. Not for stages that run in parallel.
     *
     * @throws IllegalStateException if the frame has a region already, the region was sent or released before, or in a
     *                               stage that runs in parallel to another
     */
    void sendFile(FileSource region);

    /**
     * Closes the TCP connection that the frame is forwarded to, after its bytes; also if the frame is dropped because
     * the connection is full. {@link ConnectionControl} closes a connection without a frame. Not for stages that run in
     * parallel.
     *
     * @throws IllegalStateException in a stage that runs in parallel to another
     */
    void closeConnection();

    /**
     * Asks for the time at which the frame is sent: the port that sends it hands the cookie and the time to the {@link
     * TransmitListener} that the engine was built with. The listener is called once for each frame that is sent, if
     * that port has {@code timestamp} in its {@code tx-metadata}; any other port sends the frame and counts it in
     * {@code unstamped}. Asking again replaces the cookie. Not for stages that run in parallel.
     *
     * @param cookie the number by which the listener recognises the frame
     * @throws IllegalStateException if no port of the engine has {@code timestamp} in its {@code tx-metadata}, or in a
     *                               stage that runs in parallel to another
     */
    void stampTransmit(long cookie);

    /**
     * Has a checksum computed when the frame leaves: the Internet checksum over the bytes from {@code start} to the end
     * of the frame, over all segments, written at {@code start + offset}. For UDP and TCP, {@code start} is the start
     * of their header, and the checksum field has to hold the sum of the pseudo header, which {@code seedChecksum} of
     * {@code UdpFlyweight} and {@code TcpFlyweight} writes. The driver computes the checksum if the port has {@code
     * checksum} in its {@code tx-metadata} and got {@code driver} for it; otherwise the engine does, whatever port the
     * frame leaves by. If the frame's start is moved later, {@code start} moves with it. Asking again replaces the
     * request. Not for stages that run in parallel.
     *
     * @param start  in bytes from the start of the frame; it and the checksum field must be inside the first segment
     * @param offset of the checksum field, in bytes from {@code start}
     * @throws IllegalArgumentException if the checksum field is not inside the frame's {@link #length()}
     * @throws IllegalStateException    if no port of the engine has {@code checksum} in its {@code tx-metadata}, or in
     *                                  a stage that runs in parallel to another
     */
    void offloadChecksum(int start, int offset);

    /**
     * Has the network card send the frame at a given time, and no earlier; frames that are queued after it wait as
     * well. If the port that it leaves by has no {@code launch-time} in its {@code tx-metadata}, the frame is not sent
     * and counts in {@code dropped.invalid}. Asking again replaces the time. Not for stages that run in parallel.
     *
     * @param timeNs by the clock of the network card (PTP hardware clock), in nanoseconds
     * @throws IllegalStateException if no port of the engine has {@code launch-time} in its {@code tx-metadata}, or in
     *                               a stage that runs in parallel to another
     */
    void launchAt(long timeNs);

    /** The verdict so far: see {@link Verdict}. */
    int verdict();

    /**
     * Keeps the frame after this callback, until the lease is closed.
     *
     * @throws LeaseLimitException if {@code leases.max} leases are open; the exception has no stack trace
     */
    Lease lease();
}
