package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.EINVAL;
import static io.millrace.bindings.libc.libc_h.EIO;
import static io.millrace.bindings.libc.libc_h.EMSGSIZE;
import static io.millrace.bindings.libc.libc_h.ENOBUFS;
import static io.millrace.bindings.libc.libc_h.ENOMEM;
import static io.millrace.bindings.uring.uring_h.IORING_OP_SEND;
import static io.millrace.bindings.uring.uring_h.IORING_OP_SENDMSG;
import static io.millrace.bindings.uring.uring_h.IORING_OP_SENDMSG_ZC;
import static io.millrace.bindings.uring.uring_h.IORING_OP_SEND_ZC;
import static io.millrace.bindings.uring.uring_h.IORING_RECVSEND_FIXED_BUF;
import static io.millrace.bindings.uring.uring_h.IOSQE_FIXED_FILE;

import io.millrace.Endpoint;
import io.millrace.ring.CompletionQueue;
import io.millrace.ring.FrameAudit;
import io.millrace.ring.SubmissionEntry;
import io.millrace.ring.SubmissionQueue;
import io.millrace.spi.EndpointView;
import io.millrace.spi.counters.PortCounters;
import io.millrace.statistics.PortCounter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The sending half of a UDP port. A frame is held until the kernel no longer needs its memory: until its send
 * completes, or the notification of a send without a copy. With segmentation, datagrams of one length to one address
 * leave in one send, which the kernel or card cuts apart. Only the poller's thread may use this.
 */
final class DatagramSender {
    /** The lowest {@code UDP_MAX_SEGMENTS} of the supported kernels. */
    static final int MOST_SEGMENTS = 64;

    private static final int NONE = -1;
    /** {@code MAX_SKB_FRAGS}: the most pages that a packet sent without a copy may consist of. */
    private static final int MOST_PAGES = 17;

    private static final int PAGE = 4096;
    private static final int ETHERNET_MTU = 1500;
    private static final int IPV4_HEADERS = 28;
    private static final int IPV6_HEADERS = 48;
    private static final int MOST_BYTES = 65_507 - (IPV6_HEADERS - IPV4_HEADERS);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private final Uring uring;
    private final SocketFrames frames;
    private final MemorySegment memory;
    private final long baseAddress;
    private final SendBlocks blocks;
    private final SendControls controls;
    private final PortCounters counters;
    private final int portId;
    private final int file;
    private final boolean isIpv4;
    private final int nameLength;
    private final boolean segments;
    private final ZeroCopy zeroCopy;
    /** The number of datagrams in each block's send. */
    private final int[] parts;
    /** Where each block has its packet info (its source address), which a repeated send needs, too. */
    private final long[] infos;
    /** How many sends were refused in one piece or without a copy, and wait for their notification. */
    private final boolean[] refused;
    /** The sends that have to be repeated with a copy, since the kernel has refused to send them without. */
    private final boolean[] copies;

    private final boolean[] sentWithoutCopy;
    /**
     * If a datagram is sent alone after its batch was refused, the refused segment length; else 0. If the send
     * succeeds, that length is remembered.
     */
    private final int[] lessons;

    /** Longer datagrams are not batched, since hardly any route takes them without fragments. */
    private final int longestSegment;

    private final SegmentLimits limits;
    private final EndpointView peer = new EndpointView();
    /** The block that still takes datagrams, and what its datagrams have in common. */
    private int open = NONE;

    private int openSegment;
    private int openBytes;
    private int openPages;
    private long openInfo;
    private int underWay;

    /** Whether the last datagram that was not submitted lacked a block; if not, it lacked room in the queue. */
    private volatile boolean lackedBlock;

    private long sentFrames;
    private long sentBytes;

    /** @param file the index of the socket among the registered ones */
    DatagramSender(
            Uring uring,
            SocketFrames frames,
            SendBlocks blocks,
            PortCounters counters,
            int portId,
            int file,
            boolean isIpv4,
            ZeroCopy zeroCopy) {
        this.uring = uring;
        this.frames = frames;
        this.memory = frames.umem().memory();
        this.baseAddress = frames.umem().baseAddress();
        this.blocks = blocks;
        this.controls = new SendControls(isIpv4, memory);
        this.counters = counters;
        this.portId = portId;
        this.file = file;
        this.isIpv4 = isIpv4;
        this.nameLength = isIpv4 ? SocketAddresses.SPACE / 2 : SocketAddresses.SPACE - Integer.BYTES;
        this.segments = blocks.vectors() > 1;
        this.longestSegment = ETHERNET_MTU - (isIpv4 ? IPV4_HEADERS : IPV6_HEADERS);
        this.zeroCopy = zeroCopy;
        this.parts = new int[blocks.count()];
        this.infos = new long[blocks.count()];
        this.refused = new boolean[blocks.count()];
        this.copies = new boolean[blocks.count()];
        this.sentWithoutCopy = new boolean[blocks.count()];
        this.lessons = new int[blocks.count()];
        this.limits = new SegmentLimits(isIpv4);
    }

    /** The number of blocks in use: sends that have not completed, and the block that still takes datagrams. */
    int underWay() {
        return underWay;
    }

    /**
     * Prepares a send.
     *
     * @param address  the address of the datagram; the caller's hold on its frame passes to this object
     * @param names    memory that holds the destination address
     * @param name     where the destination address is in {@code names}
     * @param fromInfo where the frames' memory holds the packet info with the source address, or {@link
     *                 ControlMessages#NONE}
     * @return false if as many sends as allowed are under way; the frame then stays with the caller
     */
    boolean send(long address, int length, MemorySegment names, long name, long fromInfo) {
        if (open != NONE && appends(address, length, names, name, fromInfo)) {
            append(address, length);
            return true;
        }
        closeOpen();
        if (blocks.available() == 0) {
            return false;
        }
        int block = take(address, length, names, name);
        if (segments && length > 0 && length <= longestSegment && fits(length, block)) {
            open = block;
            openInfo = fromInfo;
            openSegment = length;
            openBytes = length;
            openPages = pages(address, length);
        } else {
            submit(block, length, length, 0, memory, fromInfo);
        }
        return true;
    }

    private int take(long address, int length, MemorySegment names, long name) {
        int block = blocks.take();
        copyName(names, name, block);
        blocks.vector(block, 0, baseAddress + address, length);
        parts[block] = 1;
        lessons[block] = 0;
        copies[block] = false;
        underWay++;
        return block;
    }

    /** Whether, as far as is known, segments of that length are not refused on the block's route. */
    private boolean fits(int length, int block) {
        return !limits.any() || length <= limits.limit(blocks.memory(), blocks.name(block), System.nanoTime());
    }

    private void copyName(MemorySegment names, long name, int block) {
        MemorySegment to = blocks.memory();
        long at = blocks.name(block);
        to.set(LONG, at, names.get(LONG, name));
        to.set(LONG, at + 8, names.get(LONG, name + 8));
        if (!isIpv4) {
            to.set(LONG, at + 16, names.get(LONG, name + 16));
            to.set(INT, at + 24, names.get(INT, name + 24));
        }
    }

    private boolean appends(long address, int length, MemorySegment names, long name, long fromInfo) {
        return length > 0
                && length <= openSegment
                && parts[open] < MOST_SEGMENTS
                && openBytes + length <= MOST_BYTES
                && (openSegment <= zeroCopy.above() || openPages + pages(address, length) <= MOST_PAGES)
                && SocketAddresses.same(blocks.memory(), blocks.name(open), names, name)
                && controls.isSameSource(fromInfo, openInfo);
    }

    /** The number of pages that a datagram is in; the memory starts on a page boundary. */
    private static int pages(long address, int length) {
        return (int) ((address + length - 1) / PAGE - address / PAGE) + 1;
    }

    private void append(long address, int length) {
        int block = open;
        blocks.vector(block, parts[block]++, baseAddress + address, length);
        openBytes += length;
        openPages += pages(address, length);
        if (length < openSegment) { // a shorter datagram can only be the last one
            closeOpen();
        }
    }

    /** Submits the block that was still taking datagrams. */
    void closeOpen() {
        if (open != NONE) {
            int block = open;
            open = NONE;
            int count = parts[block];
            if (count > 1) {
                counters.add(PortCounter.TX_SEGMENTED, count);
            }
            submit(block, openBytes, openSegment, count > 1 ? openSegment : 0, memory, openInfo);
        }
    }

    /**
     * @param longest the length of its longest datagram
     * @param segment the length of the segments to cut it into, or 0
     * @param from    the memory with the packet info of its source address
     * @param info    where in it, or {@link ControlMessages#NONE}
     */
    private void submit(int block, int length, int longest, int segment, MemorySegment from, long info) {
        long at = uring.claim();
        if (at == SubmissionQueue.FULL) {
            lackedBlock = false;
            failed(block, 0);
            finish(block);
            return;
        }
        MemorySegment entries = uring.entries();
        boolean isZeroCopy = longest > zeroCopy.above() && !copies[block];
        sentWithoutCopy[block] = isZeroCopy;
        long userData = UserData.of(portId, UdpPort.SEND, block);
        infos[block] = SendControls.written(blocks.control(block), segment, info);
        if (segment == 0 && info == ControlMessages.NONE) {
            SubmissionEntry.write(
                    entries,
                    at,
                    isZeroCopy ? IORING_OP_SEND_ZC() : IORING_OP_SEND(),
                    file,
                    blocks.vectorAddress(block, 0),
                    length,
                    userData);
            SubmissionEntry.destination(entries, at, blocks.nameAddress(block), nameLength);
            if (isZeroCopy) {
                SubmissionEntry.ioPriority(entries, at, IORING_RECVSEND_FIXED_BUF() | zeroCopy.flags());
                SubmissionEntry.buffer(entries, at, zeroCopy.buffer());
            }
        } else {
            int controlLength = controls.write(blocks.memory(), blocks.control(block), segment, from, info);
            blocks.header(block, nameLength, parts[block], controlLength);
            SubmissionEntry.write(
                    entries,
                    at,
                    isZeroCopy ? IORING_OP_SENDMSG_ZC() : IORING_OP_SENDMSG(),
                    file,
                    blocks.headerAddress(block),
                    1,
                    userData);
            if (isZeroCopy) {
                SubmissionEntry.ioPriority(entries, at, zeroCopy.flags());
            }
        }
        SubmissionEntry.flags(entries, at, IOSQE_FIXED_FILE());
        if (isZeroCopy) {
            counters.add(PortCounter.TX_ZERO_COPY, parts[block]);
        }
    }

    /** Says what to do about an error, which is 0 if the send was not submitted. Cold; any thread may call this. */
    String advice(int errno) {
        return errno == 0 && lackedBlock ? SendErrors.NO_BLOCK : SendErrors.advice(errno);
    }

    void onCompletion(int block, int result, int flags) {
        if ((flags & CompletionQueue.NOTIFICATION) != 0) {
            if ((result & CompletionQueue.ZERO_COPY_COPIED) != 0) {
                counters.add(PortCounter.TX_ZERO_COPY_COPIED, parts[block]);
            }
            finish(block);
            return;
        }
        if (result < 0) {
            refuse(block, -result);
        } else {
            sent(block);
        }
        if ((flags & CompletionQueue.MORE) == 0) {
            finish(block);
        }
    }

    /**
     * Handles datagrams that were refused together. Their route's MTU is smaller than the segments, its device can't do
     * checksums, or they can't be sent at all, to port 0 for instance; sending them one by one shows which. Sends
     * without a copy may exceed RLIMIT_MEMLOCK; a copy needs no locked memory.
     */
    private void refuse(int block, int errno) {
        boolean isTogether = parts[block] > 1 && (errno == EINVAL() || errno == EMSGSIZE() || errno == EIO());
        copies[block] = sentWithoutCopy[block] && (errno == ENOMEM() || errno == ENOBUFS());
        refused[block] = isTogether || copies[block];
        if (!refused[block]) {
            failed(block, errno);
        }
    }

    /** Sends each part alone, the last one by the block itself. Parts before it fail if no block is free. */
    private void sendSingly(int block) {
        closeOpen();
        int last = parts[block] - 1;
        for (int i = 0; i < last; i++) {
            long address = blocks.vectorAddress(block, i) - baseAddress;
            int length = blocks.vectorLength(block, i);
            if (blocks.available() == 0) {
                lackedBlock = true;
                counters.fault(PortCounter.TX_FAILED, 1, 0, peer(block));
                frames.release(address);
                continue;
            }
            int single = take(address, length, blocks.memory(), blocks.name(block));
            lessons[single] = i == 0 && !copies[block] ? length : 0;
            copies[single] = copies[block];
            submit(single, length, length, 0, blocks.memory(), infos[block]);
        }
        int length = blocks.vectorLength(block, last);
        blocks.vector(block, 0, blocks.vectorAddress(block, last), length);
        parts[block] = 1;
        lessons[block] = 0;
        submit(block, length, length, 0, blocks.memory(), infos[block]);
    }

    private void sent(int block) {
        sentFrames += parts[block];
        for (int i = 0; i < parts[block]; i++) {
            sentBytes += blocks.vectorLength(block, i);
        }
        if (lessons[block] > 0) {
            limits.refused(blocks.memory(), blocks.name(block), lessons[block], System.nanoTime());
        }
    }

    /** @param errno the error, or 0 if there was no room in the queue */
    private void failed(int block, int errno) {
        counters.fault(PortCounter.TX_FAILED, parts[block], errno, peer(block));
    }

    private Endpoint peer(int block) {
        SocketAddresses.read(blocks.memory(), blocks.name(block), peer);
        return peer;
    }

    /** The kernel no longer needs the block and its frames: releases them, or sends again what the kernel refused. */
    private void finish(int block) {
        if (refused[block]) {
            refused[block] = false;
            sendSingly(block);
            return;
        }
        for (int i = 0; i < parts[block]; i++) {
            frames.release(blocks.vectorAddress(block, i) - baseAddress);
        }
        parts[block] = 0;
        underWay--;
        blocks.give(block);
    }

    /** Adds what the kernel has taken since the last call to the counters. */
    void flushCounters() {
        if (sentFrames > 0) {
            counters.add(PortCounter.TX_FRAMES, sentFrames);
            counters.add(PortCounter.TX_BYTES, sentBytes);
            sentFrames = 0;
            sentBytes = 0;
        }
    }

    /** Reports the frames of sends that have not completed. Cold. */
    void audit(FrameAudit audit) {
        for (int block = 0; block < parts.length; block++) {
            for (int i = 0; i < parts[block]; i++) {
                audit.found(FrameAudit.Place.SEND, blocks.vectorAddress(block, i) - baseAddress);
            }
        }
    }
}
