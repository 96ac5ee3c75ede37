package io.millrace.lab.traffic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.SplittableRandom;

/**
 * One connection of a {@link TcpTransport}: records of random lengths, one behind the other without any frame around
 * them, and what comes back compared byte by byte. A record is back when its last byte is. After a wrong byte the
 * connection sends no more, and what comes back is only counted.
 *
 * <p>One thread at a time; nothing is allocated for a record.
 */
final class EchoStream implements AutoCloseable {
    /** Lengths of records, in bytes. */
    static final int SHORTEST = 1;

    static final int LONGEST = 2_000;
    /** Records that may be on their way: with all connections less than any socket buffer's usual limit. */
    static final int WINDOW = 128;

    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int BUFFER = 1 << 16;

    private final SocketChannel channel;
    private final StreamPattern pattern;
    private final SplittableRandom lengths;
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
    private final MemorySegment received = MemorySegment.ofBuffer(in);
    private final byte[] record = new byte[LONGEST];
    private final MemorySegment recordMemory = MemorySegment.ofArray(record);
    /** The records on their way, as a ring: where in the stream each ends, its number and when it was sent. */
    private final long[] ends = new long[WINDOW];

    private final long[] numbers = new long[WINDOW];
    private final long[] timesNs = new long[WINDOW];
    private long oldest;
    private long next;
    /** Positions of the stream: how far records were made, how far they were written, and how far they are back. */
    private long made;

    private long written;
    private long back;
    private boolean wrong;
    private boolean ended;
    private volatile String failure = "";

    private EchoStream(SocketChannel channel, long seed) {
        this.channel = channel;
        pattern = new StreamPattern(seed);
        lengths = new SplittableRandom(seed);
    }

    /** @param seed of the bytes and of the records' lengths */
    static EchoStream connect(InetSocketAddress peer, long seed) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().connect(peer, CONNECT_TIMEOUT_MS);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            return new EchoStream(channel, seed);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Makes the next record, if there is room for one; {@link #flush} sends it. */
    boolean offer(long number) {
        if (wrong || ended || next - oldest == WINDOW || out.remaining() < LONGEST) {
            return false;
        }
        int length = lengths.nextInt(SHORTEST, LONGEST + 1);
        pattern.fill(recordMemory, made, length);
        out.put(record, 0, length);
        made += length;
        int slot = (int) (next++ % WINDOW);
        ends[slot] = made;
        numbers[slot] = number;
        timesNs[slot] = System.nanoTime();
        return true;
    }

    /** Writes what the kernel has room for. */
    void flush() {
        if (written == made || ended) {
            return;
        }
        try {
            written += channel.write(out.flip());
        } catch (IOException e) {
            end(EchoTransport.reason(e));
        }
        out.compact();
    }

    private void end(String reason) {
        ended = true;
        failure = reason;
    }

    /**
     * Takes what has come back.
     *
     * @param sent record numbers used so far, on all connections
     * @return bytes, 0 for nothing
     */
    int receive(EchoTally tally, long sent) {
        if (ended) {
            return 0;
        }
        try {
            int length = channel.read(in.clear());
            if (length < 0) {
                end("the connection was closed");
            }
            if (length > 0) {
                check(length, tally, sent);
            }
            return Math.max(0, length);
        } catch (IOException e) {
            end(EchoTransport.reason(e));
            return 0;
        }
    }

    private void check(int length, EchoTally tally, long sent) {
        long nowNs = System.nanoTime();
        if (!wrong && (back + length > written || pattern.mismatch(received, back, length) >= 0)) {
            wrong = true;
            tally.countCorrupted();
        }
        back += length;
        while (!wrong && oldest < next && ends[(int) (oldest % WINDOW)] <= back) {
            int slot = (int) (oldest++ % WINDOW);
            tally.countEcho(numbers[slot], sent, timesNs[slot], nowNs);
        }
    }

    /** Ends the stream in this direction. */
    void shutDownOutput() {
        try {
            if (!ended) {
                channel.shutdownOutput();
            }
        } catch (IOException e) {
            end(EchoTransport.reason(e));
        }
    }

    /** Returns whether there is something left to write, and a connection to write it to. */
    boolean isFlushing() {
        return written < made && !ended;
    }

    /** Returns whether no record can come back any more. */
    boolean isOver() {
        return wrong || ended || oldest == next;
    }

    /** Records that can't come back any more. */
    long missed() {
        return wrong || ended ? next - oldest : 0;
    }

    /** The bytes of all records. */
    long madeBytes() {
        return made;
    }

    /** The bytes of records that the kernel has taken. */
    long writtenBytes() {
        return written;
    }

    /** The bytes that came back, right or wrong. */
    long backBytes() {
        return back;
    }

    /** Why it ended by itself, or "". By any thread. */
    String failure() {
        return failure;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
