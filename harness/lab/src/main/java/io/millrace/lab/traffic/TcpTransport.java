package io.millrace.lab.traffic;

import io.millrace.HostException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Records over a few TCP connections by ordinary sockets of the JDK. A round trip lasts from when a record is made to
 * the return of the call that received its last byte.
 */
public final class TcpTransport extends EchoTransport {
    /** Lengths of records, in bytes: each as likely as any other. */
    public static final int SHORTEST = EchoStream.SHORTEST;

    public static final int LONGEST = EchoStream.LONGEST;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long SEED = 0x6d696c6c72616365L;

    private final EchoStream[] streams;
    private long sent;
    private int turn;

    /**
     * Bytes of all connections.
     *
     * @param made    of records
     * @param written of them, those that the kernel took
     * @param back    those that came back
     */
    public record Bytes(long made, long written, long back) {
        /** Bytes since. */
        public Bytes since(Bytes before) {
            return new Bytes(made - before.made, written - before.written, back - before.back);
        }

        /** Bytes that did not come back. */
        public long lost() {
            return Math.max(0, made - back);
        }
    }

    private TcpTransport(int connections) {
        streams = new EchoStream[connections];
    }

    /**
     * Connects to whatever echoes.
     *
     * @throws HostException if it can't be connected to
     */
    public static TcpTransport open(InetSocketAddress peer, int connections) {
        TcpTransport transport = new TcpTransport(connections);
        try {
            for (int i = 0; i < connections; i++) {
                transport.streams[i] = EchoStream.connect(peer, SEED + i);
            }
            return transport;
        } catch (IOException e) {
            transport.close();
            throw new HostException(
                    "no TCP connection to " + peer + ", " + e.getMessage()
                            + "; check the address and that something listens there",
                    e);
        }
    }

    /** Records go to the connections in turn; one that has no room is passed over. */
    @Override
    void send(int wanted) {
        int refused = 0;
        for (int i = 0; i < wanted && refused < streams.length; ) {
            if (streams[turn].offer(sent)) {
                sent++;
                i++;
                refused = 0;
            } else {
                refused++;
            }
            turn = (turn + 1) % streams.length;
        }
        flush();
    }

    private void flush() {
        for (EchoStream stream : streams) {
            stream.flush();
        }
    }

    @Override
    long sent() {
        return sent;
    }

    @Override
    int receive() {
        flush();
        int bytes = 0;
        for (EchoStream stream : streams) {
            bytes += stream.receive(tally(), sent);
        }
        return bytes;
    }

    @Override
    boolean sending() {
        for (EchoStream stream : streams) {
            if (stream.isFlushing()) {
                return true;
            }
        }
        return false;
    }

    @Override
    int window() {
        return EchoStream.WINDOW * streams.length;
    }

    @Override
    boolean alwaysWindowed() {
        return true;
    }

    @Override
    long patienceNs() {
        return PATIENCE_NS;
    }

    @Override
    boolean isOver() {
        for (EchoStream stream : streams) {
            if (!stream.isOver()) {
                return false;
            }
        }
        return true;
    }

    @Override
    long missed() {
        long missed = 0;
        for (EchoStream stream : streams) {
            missed += stream.missed();
        }
        return missed;
    }

    /** Tells the other side that nothing more comes. After the run. */
    public void shutDownOutput() {
        for (EchoStream stream : streams) {
            stream.shutDownOutput();
        }
    }

    /** By any thread, after the run. */
    public Bytes bytes() {
        long made = 0;
        long written = 0;
        long back = 0;
        for (EchoStream stream : streams) {
            made += stream.madeBytes();
            written += stream.writtenBytes();
            back += stream.backBytes();
        }
        return new Bytes(made, written, back);
    }

    /** Why a connection ended by itself, or "". By any thread. */
    public String failure() {
        for (EchoStream stream : streams) {
            if (!stream.failure().isEmpty()) {
                return stream.failure();
            }
        }
        return "";
    }

    @Override
    public void close() {
        for (EchoStream stream : streams) {
            if (stream != null) {
                stream.close();
            }
        }
    }
}
