package io.millrace;

import java.lang.foreign.MemorySegment;
import org.agrona.MutableDirectBuffer;

/**
 * What a port received, where the kernel or the network card put it: an Ethernet frame on {@code af-xdp} ports, the
 * payload of a datagram on {@code udp} ports, a piece of a stream or a message on {@code tcp} ports. A stage that goes
 * by {@link #payloadOffset()}, {@link #source()} and {@link #destination()} works the same on all of them;
 * {@link #kind()} tells which it is.
 *
 * <p>A flyweight: the engine moves one instance per stage over the frames of a batch. It belongs to the stage's
 * thread and is valid inside {@link Stage#onFrame} only; after the batch every access throws. Index 0 of
 * {@link #buffer()} and of {@link #segment()} is the first byte of the destination MAC address, on socket ports the
 * first byte of the payload.
 */
public interface Frame {
    /** {@link #vlanTag} of a frame that the network card took no tag out of. */
    int NO_VLAN = -1;

    /** The length of the frame in bytes; of a frame in several segments, that of the first. */
    int length();

    /**
     * Makes the frame shorter or, up to {@link #capacity()}, longer. The bytes that it grows by are not cleared. Of a
     * frame in several segments it is the first one that changes.
     *
     * @throws IllegalArgumentException if the length is negative or larger than the capacity
     */
    void length(int lengthBytes);

    /**
     * How long the frame may become, in bytes: what is left of its chunk of memory from its first byte on. A frame that
     * shares its chunk with others, a message of a stream or a datagram of a coalesced buffer, can't grow.
     */
    int capacity();

    /**
     * How many bytes the frame may be given in front: what its chunk of memory has there, the kernel's 256 bytes and
     * the port's {@code headroom}, less 24 for {@code tx-metadata}. 0 on socket ports, whose frames share their memory
     * or have their addresses there.
     */
    int headroom();

    /**
     * Moves the start of the frame to a lower address, to put a header in front of what is there; the frame becomes
     * longer by as many bytes, what is in it stays where it is. The new bytes are not cleared, {@link #buffer()} starts
     * with them. Not for stages that run in parallel.
     *
     * @throws IllegalArgumentException if the number is negative or larger than the {@link #headroom()}
     * @throws IllegalStateException    in a stage that runs in parallel to another
     */
    void prepend(int bytes);

    /**
     * Takes bytes off the front, a header that is done with, without moving the rest; they count as headroom from here
     * on. At least one byte stays. Not for stages that run in parallel.
     *
     * @throws IllegalArgumentException if the number is negative or no byte would be left, or the frame came by a
     * socket
     *                                  port
     * @throws IllegalStateException    in a stage that runs in parallel to another
     */
    void trimFront(int bytes);

    /**
     * The frame's bytes as an Agrona buffer, bounds-checked, revoked with the flyweight. A loop on another thread may
     * miss the revocation, and a buffer that a stage wraps around this one's raw address is never revoked: they see
     * other frames later, zeroes after the engine closed, and don't crash the JVM. What Agrona checks by itself
     * (copies, text, atomic access) is unchecked with {@code agrona.disable.bounds.checks}: wrong indexes can crash the
     * JVM then.
     */
    MutableDirectBuffer buffer();

    /** The frame's bytes as a slice of {@link #memory()}; makes one small object, which the JIT mostly removes. */
    MemorySegment segment();

    /** All memory of the port that received the frame; the frame starts at {@link #address()}. Makes no object. */
    MemorySegment memory();

    /**
     * Where the frame starts in {@link #memory()}, in bytes: where the kernel put it, unless a stage has moved its
     * start.
     */
    long address();

    /**
     * In how many segments the frame lies in memory: more than 1 only with {@code multi-buffer = on}, for frames that
     * are too long for one frame of the UMEM. {@link #length()}, {@link #buffer()}, {@link #segment()} and
     * {@link #address()} are about the first segment, which holds the headers; {@link #segments()} shows all of them.
     * However many there are, it is one frame: drop, forward and lease are for all of it.
     */
    int segmentCount();

    /** The length of all segments, in bytes. */
    int totalLength();

    /**
     * Makes the frame shorter: segments that no byte is left for are none of it any more. A frame of one segment may
     * become longer, too, as by {@link #length(int)}. Ends the walk of {@link #segments()}. Not for stages that run in
     * parallel.
     *
     * @throws IllegalArgumentException if the length is negative, or larger than that of the segments
     */
    void totalLength(int lengthBytes);

    /** The segments from the first on; the same flyweight at each call. */
    FrameSegments segments();

    /** By what kind of port the frame came. */
    FrameKind kind();

    /**
     * Where the payload starts in the frame: behind the UDP or TCP header of an Ethernet frame, 0 on socket ports; -1
     * when the frame has none, ARP for instance, or a part of one, as fragments have.
     */
    int payloadOffset();

    /**
     * Bytes of the payload, over all segments; 0 when the frame has none. In the first segment are
     * {@code length() - payloadOffset()} bytes of it at most.
     */
    int payloadLength();

    /** Who sent the frame; the same flyweight at each call. */
    Endpoint source();

    /**
     * To whom it was sent; the same flyweight at each call. A UDP port tells it with {@code local-address}, else only
     * the port that it is bound to.
     */
    Endpoint destination();

    /**
     * When it was received, in nanoseconds; 0 where that is not known. On UDP ports with {@code timestamps = on} the
     * kernel's time, since 1970; on {@code af-xdp} ports with {@code metadata = [timestamp]} that of the network card
     * or its driver, by its own clock.
     */
    long timestampNs();

    /** Whether {@link #rssHash} is known: {@code metadata = [hash]}, and the driver told it for this frame. */
    boolean hasRssHash();

    /** The hash by which the network card spreads flows over its queues; 0 where it is not known. */
    int rssHash();

    /**
     * The VLAN tag that the network card took out of the frame, with {@code metadata = [vlan]}: priority in bits 13 to
     * 15, drop eligible in bit 12, VLAN id below; {@link #NO_VLAN} if there was none, or it is still in the frame's
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

    /** The queue of that port. */
    int queue();

    /**
     * Drops the frame when the pipeline's running stages are done with it; no later stage sees it. If the same stage
     * calls {@link #forward(int)} afterwards, that counts instead.
     */
    void drop();

    /**
     * Sends the frame, as it is when the last stage has seen it, out of a port; by a port of connections, out of the
     * one that it came by, or the only one of a port with {@code connect}.
     *
     * <p>In one stage the last call counts, of this, the other {@code forward} and {@link #drop}. Among stages a drop
     * counts more than every forward, and of two forwards that of the stage that is later in the pipeline, in a list of
     * parallel stages that of the one further down. A forward that replaces an earlier stage's takes nothing over that
     * was
     * asked for the other way out: the connection that it named, {@link #sendFile}, {@link #closeConnection} and
     * {@link #launchAt} go with it. What an earlier stage asked for before any forward goes with the first.
     *
     * @param portId from {@link StageContext#portId}
     */
    void forward(int portId);

    /**
     * Sends the frame by a connection of a TCP port, whichever it came by.
     *
     * @param portId       from {@link StageContext#portId}
     * @param connectionId {@link Connection#id}. If the connection is over by the time, the frame is dropped and
     * counted
     *                     as {@code gone}; if it is none of that port's, as {@code invalid}.
     * @throws IllegalStateException in a stage that runs in parallel to another
     */
    void forward(int portId, long connectionId);

    /**
     * Turns the frame round, so that {@link #forward(int)} out of a socket port sends it to where it came from, also by
     * a port that has a {@code remote}. On {@code af-xdp} ports the addresses are in the frame's own bytes, which the
     * stage {@code reflect} swaps. Twice is not at all. Not for stages that run in parallel.
     */
    void turnRound();

    /**
     * Sends a region of a file behind the frame's bytes, by the TCP connection that the frame is forwarded to. The
     * bytes go from the file to the socket inside the kernel. Not for stages that run in parallel.
     *
     * @throws IllegalStateException if the frame has a region already, the region was sent or released before, or in a
     *                               stage that runs in parallel to another
     */
    void sendFile(FileSource region);

    /**
     * Closes the TCP connection that the frame is forwarded to, behind its bytes; also if the connection is full and
     * the frame is dropped for it. {@link ConnectionControl} ends one without a frame. Not for stages that run in
     * parallel.
     *
     * @throws IllegalStateException in a stage that runs in parallel to another
     */
    void closeConnection();

    /**
     * Asks to be told when the frame was sent: its port hands the cookie and the time to the
     * {@link TransmitListener} that the engine was built with. Once for each frame that is sent, if that port has
     * {@code timestamp} in its {@code tx-metadata}; any other port sends the frame and counts it in {@code unstamped}.
     * Asking again replaces the cookie. Not for stages that run in parallel.
     *
     * @param cookie what the listener is to know the frame by
     * @throws IllegalStateException if no port of the engine has {@code timestamp} in its {@code tx-metadata}, or in a
     *                               stage that runs in parallel to another
     */
    void stampTransmit(long cookie);

    /**
     * Leaves a checksum to the way out: the Internet checksum over the bytes from {@code start} to the end of the frame
     * as it leaves, all segments, written at {@code start + offset}. For UDP and TCP {@code start} is where their
     * header is, and the checksum's place has to hold the sum of the pseudo header, which
     * {@code seedChecksum} of {@code UdpFlyweight} and {@code TcpFlyweight} writes there.
     * The driver computes it where the port has {@code checksum} in its {@code tx-metadata} and got {@code driver} for
     * it, else the engine does, whatever port the frame leaves by. Moving the frame's start later moves {@code start}
     * along. Asking again replaces it. Not for stages that run in parallel.
     *
     * @param start  in bytes from the start of the frame, inside its first segment, as is the checksum's place
     * @param offset in bytes from there
     * @throws IllegalArgumentException if the checksum's place is not inside the frame's {@link #length()}
     * @throws IllegalStateException    if no port of the engine has {@code checksum} in its {@code tx-metadata}, or in
     *                                  a stage that runs in parallel to another
     */
    void offloadChecksum(int start, int offset);

    /**
     * Has the network card send the frame at a point of time, and no earlier; what is queued behind it waits as well.
     * If the port that it leaves by has no {@code launch-time} in its {@code tx-metadata}, the frame is not sent: it
     * counts in {@code dropped.invalid}. Asking again replaces the time. Not for stages that run in parallel.
     *
     * @param timeNs by the clock of the network card (PTP hardware clock), in nanoseconds
     * @throws IllegalStateException if no port of the engine has {@code launch-time} in its {@code tx-metadata}, or in
     *                               a stage that runs in parallel to another
     */
    void launchAt(long timeNs);

    /** What has been decided so far: see {@link Verdict}. */
    int verdict();

    /**
     * Keeps the frame after this callback, until the lease is closed.
     *
     * @throws LeaseLimitException if {@code leases.max} leases are out; the exception carries no stack trace
     */
    Lease lease();
}
