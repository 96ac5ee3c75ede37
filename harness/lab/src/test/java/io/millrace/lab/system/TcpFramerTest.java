package io.millrace.lab.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.Engine;
import io.millrace.Frame;
import io.millrace.Lease;
import io.millrace.Stage;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.Slow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages come to the stages whole and in order, however the sender's writes and the buffers cut them. */
@Slow
@Timeout(90)
class TcpFramerTest {
    private static final String BY_LENGTH = "{ stage = frame-by-length, size = 2 }";
    private static final int CONNECTIONS = 3;
    private static final int MESSAGES = 2_000;
    private static final int FRAME_SIZE = 2048;

    private final TcpRig rig = new TcpRig();

    @AfterEach
    void close() {
        rig.close();
    }

    /** Notes what the stages see of each connection, for one that sends nothing. */
    private static final class Recorder implements Stage {
        private final List<List<byte[]>> seen = new ArrayList<>();
        private final List<Long> ids = new ArrayList<>();

        @Override
        public void onFrame(Frame frame) {
            long id = frame.connection().id();
            if (!ids.contains(id)) {
                ids.add(id);
                seen.add(new ArrayList<>());
            }
            seen.get(ids.indexOf(id)).add(frame.segment().toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /** How messages look on the wire. */
    private record Format(int prefix, boolean littleEndian, byte[] delimiter) {
        static Format of(String text) {
            return switch (text) {
                case "1" -> new Format(1, false, null);
                case "2", "2 big" -> new Format(2, false, null);
                case "2 little" -> new Format(2, true, null);
                case "4 big" -> new Format(4, false, null);
                case "4 little" -> new Format(4, true, null);
                default -> new Format(0, false, text.getBytes());
            };
        }

        String stage(boolean strip) {
            String rest = ", strip = " + (strip ? "on" : "off") + " }";
            return delimiter == null
                    ? "{ stage = frame-by-length, size = " + prefix + ", order = " + (littleEndian ? "little" : "big")
                            + rest
                    : "{ stage = frame-by-delimiter, delimiter = \"" + new String(delimiter) + "\"" + rest;
        }

        int overhead() {
            return delimiter == null ? prefix : delimiter.length;
        }

        byte[] message(Random random) {
            int most = prefix == 1 ? 255 : FRAME_SIZE - overhead();
            int size = switch (random.nextInt(8)) {
                case 0 -> 0;
                case 1 -> most;
                default -> random.nextInt(random.nextInt(1, most));
            };
            byte[] message = new byte[size];
            for (int i = 0; i < size; i++) {
                message[i] = (byte) (delimiter == null ? random.nextInt() : 'c' + random.nextInt(20));
            }
            return message;
        }

        byte[] onTheWire(byte[] message) {
            byte[] all = new byte[message.length + overhead()];
            System.arraycopy(message, 0, all, delimiter == null ? prefix : 0, message.length);
            for (int i = 0; i < prefix; i++) {
                all[i] = (byte) (message.length >>> 8 * (littleEndian ? i : prefix - 1 - i));
            }
            if (delimiter != null) {
                System.arraycopy(delimiter, 0, all, message.length, delimiter.length);
            }
            return all;
        }
    }

    private static byte[] join(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** Writes in pieces of all sizes, and now and then lets the receiver see one alone. */
    private static void writePieces(Socket socket, byte[] stream, Random random) throws Exception {
        OutputStream out = socket.getOutputStream();
        for (int from = 0; from < stream.length; ) {
            int size = Math.min(stream.length - from, 1 + random.nextInt(random.nextInt(1, 20_000)));
            out.write(stream, from, size);
            from += size;
            if (random.nextInt(20) == 0) {
                Thread.sleep(1);
            }
        }
        socket.shutdownOutput();
    }

    @ParameterizedTest
    @CsvSource({
        "inline, 1, true",
        "inline, 2 big, false",
        "inline, 2 little, true",
        "inline, 4 little, false",
        "pipelined, 4 big, true",
        "inline, '|', true",
        "pipelined, ab, true",
        "inline, aab, false"
    })
    void shouldEchoMessagesIntactAndInOrder(String mode, String kind, boolean strip) throws Exception {
        Format format = Format.of(kind);
        Recorder recorder = new Recorder();
        Engine engine = hooked(
                "mode = " + mode,
                "frame-size = 2KiB, frames = 128, buffers = 32",
                format.stage(strip),
                TcpRig.ECHO,
                recorder);
        Random random = new Random(kind.hashCode());
        List<CompletableFuture<byte[]>> echoes = new ArrayList<>();
        List<List<byte[]>> sent = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            List<byte[]> messages = new ArrayList<>();
            for (int j = 0; j < MESSAGES; j++) {
                messages.add(format.message(random));
            }
            sent.add(messages);
            byte[] stream = join(messages.stream().map(format::onTheWire).toList());
            Socket socket =
                    rig.add(new Socket("127.0.0.1", TcpRig.address(engine).getPort()));
            long seed = random.nextLong();
            Await.background(() -> {
                writePieces(socket, stream, new Random(seed));
                return 0;
            });
            echoes.add(Await.background(() -> socket.getInputStream().readAllBytes()));
        }
        for (int i = 0; i < CONNECTIONS; i++) {
            List<byte[]> expected = strip
                    ? sent.get(i)
                    : sent.get(i).stream().map(format::onTheWire).toList();
            assertArrayEquals(join(expected), echoes.get(i).get());
        }
        TcpRig.closeAndCheck(engine);
        assertEquals(CONNECTIONS * MESSAGES, TcpRig.get(engine, PortCounter.RX_FRAMES));
        assertTrue(TcpRig.get(engine, PortCounter.MESSAGE_BYTES_MOVED) > 0);
        assertEquals(CONNECTIONS, TcpRig.get(engine, PortCounter.CLOSED));
        for (List<byte[]> seen : recorder.seen) {
            List<byte[]> expected = sent.stream()
                    .filter(list -> begins(list, seen, format, strip))
                    .findFirst()
                    .orElseThrow();
            assertEquals(MESSAGES, seen.size());
            for (int i = 0; i < MESSAGES; i++) {
                byte[] message = strip ? expected.get(i) : format.onTheWire(expected.get(i));
                assertArrayEquals(message, seen.get(i), "message " + i);
            }
        }
    }

    private static boolean begins(List<byte[]> sent, List<byte[]> seen, Format format, boolean strip) {
        for (int i = 0; i < 5; i++) {
            if (!Arrays.equals(strip ? sent.get(i) : format.onTheWire(sent.get(i)), seen.get(i))) {
                return false;
            }
        }
        return true;
    }

    private Engine hooked(String engine, String port, String framer, String pipeline, Stage stage) {
        Hook.stage(stage);
        return rig.start(TcpRig.config(engine, port, framer + ", " + Hook.NAME + ", " + pipeline));
    }

    @Test
    void shouldMoveNothingThatSpansNothing() throws IOException {
        Engine engine = hooked("mode = inline", "", BY_LENGTH, TcpRig.ECHO, frame -> {});
        Format format = Format.of("2");
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            messages.add(new byte[i]);
        }
        byte[] stream = join(messages.stream().map(format::onTheWire).toList());
        Socket socket = rig.add(new Socket("127.0.0.1", TcpRig.address(engine).getPort()));
        for (int i = 0; i < 20; i++) {
            socket.getOutputStream().write(stream);
            assertArrayEquals(join(messages), socket.getInputStream().readNBytes(49 * 50 / 2));
        }
        TcpRig.closeAndCheck(engine);
        assertEquals(1_000, TcpRig.get(engine, PortCounter.RX_FRAMES));
        assertEquals(0, TcpRig.get(engine, PortCounter.MESSAGE_BYTES_MOVED));
    }

    /** The stage has all frames for a while, and messages span buffers: nobody is to blame, and nothing is lost. */
    @ParameterizedTest
    @ValueSource(strings = {"4", "16", "64"})
    void shouldLoseNothingWhenStageIsSlow(String frames) throws Exception {
        int[] count = new int[1];
        Engine engine = hooked(
                "mode = pipelined, ring-size = 64",
                "frame-size = 2KiB, batch = 2, frames = " + frames + ", buffers = 2",
                BY_LENGTH,
                TcpRig.ECHO,
                frame -> {
                    if (count[0]++ % 50 == 0) {
                        Thread.sleep(2);
                    }
                });
        Format format = Format.of("2");
        Random random = new Random(5);
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            messages.add(format.message(random));
        }
        Socket socket = rig.add(new Socket("127.0.0.1", TcpRig.address(engine).getPort()));
        Await.background(() -> {
            writePieces(socket, join(messages.stream().map(format::onTheWire).toList()), random);
            return 0;
        });
        assertArrayEquals(join(messages), socket.getInputStream().readAllBytes());
        TcpRig.closeAndCheck(engine);
        assertEquals(1, TcpRig.get(engine, PortCounter.CLOSED));
    }

    /** Leases of messages that share a buffer, closed in any order on another thread. */
    @ParameterizedTest
    @ValueSource(strings = {"inline", "pipelined"})
    void shouldKeepLeasedMessagesOfSharedBuffers(String mode) throws Exception {
        ConcurrentLinkedQueue<Lease> leases = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<byte[]> originals = new ConcurrentLinkedQueue<>();
        Stage lease = frame -> {
            originals.add(frame.segment().toArray(ValueLayout.JAVA_BYTE));
            leases.add(frame.lease());
        };
        Engine engine = hooked("mode = " + mode, "frames = 64, buffers = 16", BY_LENGTH, "{ stage = drop }", lease);
        Format format = Format.of("2");
        Random random = new Random(6);
        Socket socket = rig.add(new Socket("127.0.0.1", TcpRig.address(engine).getPort()));
        int sent = 0;
        List<Lease> kept = new ArrayList<>();
        List<byte[]> expected = new ArrayList<>();
        for (int round = 0; round < 100; round++) {
            List<byte[]> messages = new ArrayList<>();
            for (int i = random.nextInt(1, 20); i > 0; i--) {
                messages.add(format.message(random));
            }
            socket.getOutputStream()
                    .write(join(messages.stream().map(format::onTheWire).toList()));
            sent += messages.size();
            Await.until("leased", () -> leases.size() == messages.size());
            while (!leases.isEmpty()) {
                kept.add(leases.poll());
                expected.add(originals.poll());
            }
            while (kept.size() > 5) {
                int one = random.nextInt(kept.size());
                assertArrayEquals(expected.remove(one), kept.get(one).segment().toArray(ValueLayout.JAVA_BYTE));
                kept.remove(one).close();
            }
        }
        kept.forEach(Lease::close);
        socket.close();
        Await.until("closed", () -> TcpRig.get(engine, PortCounter.CLOSED) == 1);
        TcpRig.closeAndCheck(engine);
        assertEquals(sent, TcpRig.get(engine, PortCounter.DROPPED_BY_STAGE));
    }
}
