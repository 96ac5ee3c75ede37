package io.millrace.lab.system;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/** Datagrams of an ordinary client as quickly as it can, in the background, until told to stop. */
final class Flood implements AutoCloseable {
    private static final int SEGMENTS = 40;

    private final CompletableFuture<Long> run;
    private volatile boolean ended;

    private Flood(SegmentedSender sender, byte[] datagrams, int length) {
        run = Await.background(() -> {
            long sent = 0;
            try (sender) {
                while (!ended) {
                    sent += sender.trySend(datagrams) ? datagrams.length / length : 0;
                }
            }
            return sent;
        });
    }

    private Flood(UdpClient client, int length) {
        run = Await.background(() -> {
            byte[] payload = new byte[length];
            long sent = 0;
            try (client) {
                while (!ended) {
                    client.send(payload);
                    client.poll(); // an echo, maybe
                    sent++;
                }
            }
            return sent;
        });
    }

    static Flood of(InetSocketAddress server, int length) {
        return new Flood(UdpClient.to(server), length);
    }

    /** Many in each system call. */
    static Flood segmented(InetSocketAddress server, int length) {
        return new Flood(new SegmentedSender(server, length), new byte[SEGMENTS * length], length);
    }

    /** From a client that talks to one server. */
    static Flood of(UdpClient client, int length) {
        return new Flood(client, length);
    }

    /** Ends it and says how many datagrams were sent. */
    long stop() {
        ended = true;
        return run.join();
    }

    @Override
    public void close() {
        stop();
    }
}
