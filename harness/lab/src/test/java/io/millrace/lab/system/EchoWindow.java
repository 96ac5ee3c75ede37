package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Random;

/**
 * Datagrams of every length, 0 bytes included, and their echoes, each of which must come back once and unchanged. Only
 * so many are out at a time that the client itself loses none. Used by one thread only.
 */
final class EchoWindow {
    /** Shorter ones hold no number, and are counted by their length. */
    private static final int NUMBERED = Integer.BYTES;

    private static final int NOISE = 1 << 16;
    private static final long PATIENCE_NS = 5_000_000_000L;

    private final UdpClient client;
    private final int longest;
    private final int window;
    private final ByteBuffer noise;
    private final ByteBuffer out;
    private final long seed;
    private final BitSet seen = new BitSet();
    private final int[] shortSent = new int[NUMBERED];
    private final int[] shortSeen = new int[NUMBERED];
    private int sent;
    private int received;

    EchoWindow(UdpClient client, int longest, int window, long seed) {
        this.client = client;
        this.longest = longest;
        this.window = window;
        this.seed = seed;
        byte[] bytes = new byte[NOISE + longest];
        new Random(seed).nextBytes(bytes);
        noise = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        out = ByteBuffer.allocateDirect(longest);
    }

    /** Sends a number of datagrams there and back; fails if one is lost, changed or doubled. */
    void run(int count) {
        long lastSeenNs = System.nanoTime();
        int end = sent + count;
        while (received < end) {
            while (sent < end && sent - received < window) {
                send(sent++);
            }
            ByteBuffer datagram = client.poll();
            if (datagram != null) {
                check(datagram);
                lastSeenNs = System.nanoTime();
            } else if (System.nanoTime() - lastSeenNs > PATIENCE_NS) {
                fail(sent - received + " of " + sent + " datagrams lost");
            } else {
                Thread.yield();
            }
        }
        assertArrayEquals(shortSent, shortSeen);
        assertEquals(sent, seen.cardinality() + shortSeen[0] + shortSeen[1] + shortSeen[2] + shortSeen[3]);
        assertTrue(client.poll() == null, "more came back than was sent");
    }

    private long hash(int number) {
        long mixed = (number + seed) * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 32) * 0xd6e8feb86659fd93L;
        return mixed ^ mixed >>> 32;
    }

    private int length(int number) {
        return (int) Long.remainderUnsigned(hash(number), longest + 1);
    }

    /** A slice of the noise, behind the number. */
    private int start(int number) {
        return (int) (hash(number) >>> 40) & NOISE - 1;
    }

    private void send(int number) {
        int length = length(number);
        out.clear();
        if (length < NUMBERED) {
            shortSent[length]++;
            for (int i = 0; i < length; i++) {
                out.put((byte) length);
            }
        } else {
            out.putInt(number).put(noise.slice(start(number), length - NUMBERED));
        }
        client.send(out.flip());
    }

    private void check(ByteBuffer datagram) {
        received++;
        int length = datagram.remaining();
        if (length < NUMBERED) {
            shortSeen[length]++;
            for (int i = 0; i < length; i++) {
                assertEquals(length, datagram.get(i));
            }
            return;
        }
        int number = datagram.getInt();
        assertTrue(number >= 0 && number < sent, () -> "number " + number + " was never sent");
        assertTrue(!seen.get(number), () -> "number " + number + " came twice");
        seen.set(number);
        assertEquals(length(number), length, () -> "length of number " + number);
        assertEquals(
                -1,
                datagram.slice().mismatch(noise.slice(start(number), length - NUMBERED)),
                () -> "number " + number + " was changed");
    }
}
