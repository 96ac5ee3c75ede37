package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.ECONNRESET;
import static io.millrace.bindings.libc.libc_h.EPROTO;
import static io.millrace.sockets.StreamCrank.FRAME;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ConnectionState;
import io.millrace.spi.Framing;
import io.millrace.statistics.PortCounter;
import io.millrace.testing.Slow;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams become messages wherever they are cut into segments, in whatever order frames come back. */
@Slow
class StreamDecoderTest {
    private static final int MAX = 5;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] prefixed(int prefix, boolean littleEndian, byte[] message) {
        byte[] all = new byte[prefix + message.length];
        for (int i = 0; i < prefix; i++) {
            all[i] = (byte) (message.length >>> 8 * (littleEndian ? i : prefix - 1 - i));
        }
        System.arraycopy(message, 0, all, prefix, message.length);
        return all;
    }

    private static byte[] join(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** What the stages are to see: the simplest parser there is. Null stands for a refusal. */
    private static List<byte[]> reference(Framing framing, byte[] stream) {
        List<byte[]> messages = new ArrayList<>();
        int at = 0;
        while (at < stream.length) {
            int head = 0;
            int body = -1;
            int tail = 0;
            if (framing instanceof Framing.ByLength byLength) {
                head = byLength.prefixLength();
                if (stream.length - at < head) {
                    return messages;
                }
                long length = 0;
                for (int i = 0; i < head; i++) {
                    length = length << 8 | stream[byLength.littleEndian() ? at + head - 1 - i : at + i] & 0xff;
                }
                if (length > framing.max()) {
                    messages.add(null);
                    return messages;
                }
                body = stream.length - at - head < length ? -1 : (int) length;
            } else {
                byte[] delimiter = ((Framing.ByDelimiter) framing).delimiter();
                tail = delimiter.length;
                for (int i = at; body < 0 && i + tail <= stream.length; i++) {
                    if (Arrays.equals(stream, i, i + tail, delimiter, 0, tail)) {
                        body = i - at;
                    }
                }
                if (body > framing.max() || body < 0 && stream.length - at >= framing.max() + tail) {
                    messages.add(null);
                    return messages;
                }
            }
            if (body < 0) {
                return messages;
            }
            int end = at + head + body + tail;
            messages.add(
                    framing.strip()
                            ? Arrays.copyOfRange(stream, at + head, at + head + body)
                            : Arrays.copyOfRange(stream, at, end));
            at = end;
        }
        return messages;
    }

    private static void assertMessages(
            List<byte[]> expected, StreamCrank crank, StreamConnection connection, String how) {
        boolean refused = !expected.isEmpty() && expected.getLast() == null;
        List<byte[]> whole = refused ? expected.subList(0, expected.size() - 1) : expected;
        assertEquals(whole.size(), crank.stages.emitted.size(), how);
        for (byte[] message : whole) {
            assertArrayEquals(message, crank.letGo().bytes(), how);
        }
        assertEquals(refused, connection.isOver(), how);
    }

    /** The stream in every way that it can be cut into segments. */
    private static void assertEverySplit(Framing framing, byte[] stream) {
        List<byte[]> expected = reference(framing, stream);
        try (StreamCrank crank = new StreamCrank(64, 32, framing)) {
            for (int cuts = 0; cuts < 1 << stream.length - 1; cuts++) {
                StreamConnection connection = crank.connection();
                int from = 0;
                for (int i = 1; i <= stream.length; i++) {
                    if (i == stream.length || (cuts >> i - 1 & 1) != 0) {
                        crank.receive(connection, Arrays.copyOfRange(stream, from, i));
                        from = i;
                    }
                }
                assertMessages(expected, crank, connection, "cuts " + Integer.toBinaryString(cuts));
                crank.lifecycle.failed(connection, 1);
                crank.turn();
                connection.operations.end(StreamOperation.RECEIVE);
                crank.lifecycle.advance(connection);
                assertTrue(crank.isHome(), "frames");
                assertEquals(0, crank.table.open());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, false, true",
        "1, false, false",
        "2, false, true",
        "2, true, true",
        "2, true, false",
        "4, false, true",
        "4, true, true",
        "4, true, false"
    })
    void shouldCutByLengthWhereverTheSegmentsEnd(int prefix, boolean littleEndian, boolean strip) {
        Framing framing = new Framing.ByLength(prefix, littleEndian, MAX, strip);
        List<byte[]> parts = new ArrayList<>();
        for (String message : prefix == 4 ? List.of("ab", "", "c") : List.of("", "abcde", "", "f")) {
            parts.add(prefixed(prefix, littleEndian, bytes(message)));
        }
        assertEverySplit(framing, join(parts));
    }

    @ParameterizedTest
    @ValueSource(strings = {"abcdef##", "ab"})
    void shouldRefuseMessageLongerThanAllowedWhereverTheSegmentsEnd(String message) {
        Framing framing = new Framing.ByLength(2, false, message.length() - 1, true);
        assertEverySplit(framing, join(List.of(prefixed(2, false, bytes("x")), prefixed(2, false, bytes(message)))));
    }

    /** A length that would be -1 as a signed number. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRefuseFourGibibytes(boolean littleEndian) {
        Framing framing = new Framing.ByLength(4, littleEndian, Integer.MAX_VALUE, true);
        assertEverySplit(framing, new byte[] {0, 0, 0, 0, -1, -1, -1, -1, 5, 5});
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "|;    a|||bc|efgh|;  true",
                "|;    a|||bcd|efghi|;   false",
                "|;   abcde|abcdef|; true",
                "|; abcdef; true",
                "--;   -a----b--c-e--; true",
                "--;   -a----b--cd-e--; false",
                "--;  abcd--abcdef--; true",
                "aab;  aaabaabxaabxab; true",
                "aaa; aaaaaaaxaaxaab; true",
                "abab; abababaabab; false",
                "abcd; xabcdabcabcdab; true",
                "abcd; abcdexyzabcdab; true"
            })
    void shouldCutByDelimiterWhereverTheSegmentsEnd(String delimiter, String stream, boolean strip) {
        assertEverySplit(new Framing.ByDelimiter(bytes(delimiter), MAX, strip, false), bytes(stream));
    }

    /** Every stream over two letters, in every split: nothing that the examples forgot. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "ab", "aa", "aba"})
    void shouldCutEveryShortStream(String delimiter) {
        Framing framing = new Framing.ByDelimiter(bytes(delimiter), 2, true, false);
        int length = 6;
        for (int letters = 0; letters < 1 << length; letters++) {
            byte[] stream = new byte[length];
            for (int i = 0; i < length; i++) {
                stream[i] = (byte) ('a' + (letters >> i & 1));
            }
            assertEverySplit(framing, stream);
        }
    }

    @Test
    void shouldMoveNothingThatIsWhole() {
        Framing framing = new Framing.ByLength(2, false, 1 << 16, true);
        try (StreamCrank crank = new StreamCrank(8, 4, framing)) {
            StreamConnection connection = crank.connection();
            byte[] message = prefixed(2, false, new byte[100]);
            crank.receive(connection, join(List.of(message, message, message)));
            assertEquals(3, crank.stages.emitted.size());
            assertEquals(0, crank.count(PortCounter.MESSAGE_BYTES_MOVED));
            long first = crank.letGo().address();
            assertEquals(first + message.length, crank.letGo().address(), "it stays where it was received");
            crank.letGo();
            assertTrue(crank.isHome());
        }
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1, false"})
    void shouldTakeMessageAsLongAsFrame(int more, boolean fits) {
        int longest = StreamCrank.FRAME_SIZE - 2;
        Framing framing = new Framing.ByLength(2, false, 1 << 16, false);
        try (StreamCrank crank = new StreamCrank(8, 4, framing)) {
            StreamConnection connection = crank.connection();
            byte[] stream = prefixed(2, false, new byte[longest + more]);
            crank.receive(connection, Arrays.copyOf(stream, 700));
            crank.receive(connection, Arrays.copyOfRange(stream, 700, stream.length));
            assertEquals(fits, !connection.isOver());
            assertEquals(fits ? 0 : 1, crank.count(PortCounter.MESSAGES_REFUSED));
            assertEquals(fits ? 1 : 0, crank.stages.emitted.size());
        }
    }

    @ParameterizedTest
    @CsvSource({"2046, true", "2047, false"})
    void shouldTakeDelimitedMessageAsLongAsFrame(int length, boolean fits) {
        Framing framing = new Framing.ByDelimiter(bytes("\r\n"), 1 << 20, true, false);
        try (StreamCrank crank = new StreamCrank(8, 4, framing)) {
            StreamConnection connection = crank.connection();
            crank.receive(connection, bytes("x".repeat(1000)));
            crank.receive(connection, bytes("x".repeat(length - 1000) + "\r\n"));
            assertEquals(fits, !connection.isOver());
            assertEquals(fits ? 1 : 0, crank.stages.emitted.size());
            assertEquals(fits ? StreamState.ESTABLISHED : StreamState.FAILED, connection.state());
        }
    }

    /** If the stages have all frames, the peer is not to blame, and its message waits. */
    @Test
    void shouldWaitForFrameWhenMessageSpansBuffers() {
        Framing framing = new Framing.ByLength(2, false, 1 << 16, true);
        try (StreamCrank crank = new StreamCrank(4, 4, framing)) {
            StreamConnection connection = crank.connection();
            byte[] whole = prefixed(2, false, new byte[1000]);
            byte[] half = Arrays.copyOf(prefixed(2, false, bytes("x".repeat(1500))), 1000);
            crank.receive(connection, join(List.of(whole, half)));
            byte[] rest = bytes("x".repeat(502));
            crank.receive(connection, join(List.of(rest, whole, Arrays.copyOf(half, 500))));
            crank.receive(connection, join(List.of(bytes("x".repeat(1002)), whole)));
            crank.endOfStream(connection);
            assertFalse(connection.isOver());
            int seen = 0;
            while (!crank.stages.emitted.isEmpty()) {
                byte[] message = crank.letGo().bytes();
                crank.turn();
                assertEquals(seen++ % 2 == 0 ? 1000 : 1500, message.length);
            }
            assertEquals(5, seen);
            assertEquals(
                    List.of("OPENED", FRAME, FRAME, FRAME, FRAME, FRAME, "HALF_CLOSED", "CLOSED"),
                    crank.stages.events,
                    "the end comes behind the last message");
            assertTrue(crank.isHome());
        }
    }

    /** Half messages alone must not take all the frames. */
    @Test
    void shouldFailConnectionsThatWouldTakeTheLastFramesForHalfMessages() {
        Framing framing = new Framing.ByLength(2, false, 1 << 16, true);
        try (StreamCrank crank = new StreamCrank(8, 4, framing)) {
            List<StreamConnection> connections = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                StreamConnection connection = crank.connection();
                connections.add(connection);
                crank.receive(connection, new byte[] {1, 0, 7});
            }
            assertEquals(
                    4,
                    connections.stream()
                            .filter(connection -> !connection.isOver())
                            .count());
            StreamConnection other = crank.connection();
            crank.receive(other, prefixed(2, false, bytes("whole")));
            assertEquals(1, crank.stages.emitted.size());
            crank.letGo();
            connections.stream()
                    .filter(connection -> !connection.isOver())
                    .forEach(connection -> crank.lifecycle.failed(connection, 1));
            assertTrue(crank.isHome());
        }
    }

    /** Few frames, several connections, stages that are full now and then and let frames go at random. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldLoseNothingWhateverTheOrder(int seed) {
        Random random = new Random(seed);
        boolean byLength = seed % 2 == 0;
        Framing framing = byLength
                ? new Framing.ByLength(2, seed % 4 == 0, 1 << 16, seed % 3 == 0)
                : new Framing.ByDelimiter(bytes("ab"), 1 << 16, seed % 3 == 0, false);
        try (StreamCrank crank = new StreamCrank(8, 4, framing)) {
            StreamConnection[] connections = {crank.connection(), crank.connection(), crank.connection()};
            byte[][] streams = new byte[connections.length][];
            List<List<byte[]>> expected = new ArrayList<>();
            for (int i = 0; i < connections.length; i++) {
                streams[i] = byLength ? lengthStream(random, seed % 4 == 0) : letters(random);
                expected.add(new ArrayList<>(reference(framing, streams[i])));
            }
            int[] sent = new int[connections.length];
            long emitted = 0;
            long all = expected.stream().mapToLong(List::size).sum();
            for (int step = 0; emitted < all; step++) {
                assertTrue(step < 1_000_000, "nothing moves any more");
                crank.stages.room = random.nextInt(4);
                int i = random.nextInt(connections.length);
                int size = Math.min(streams[i].length - sent[i], 1 + random.nextInt(3 * StreamCrank.FRAME_SIZE));
                if (size > 0 && crank.canReceive(size) && connections[i].inbound.undecoded.isEmpty()) {
                    crank.receive(connections[i], Arrays.copyOfRange(streams[i], sent[i], sent[i] + size));
                    sent[i] += size;
                } else {
                    crank.turn();
                }
                for (int go = random.nextInt(4); go > 0 && !crank.stages.emitted.isEmpty(); go--) {
                    StreamCrank.Emitted frame = crank.letGo();
                    assertArrayEquals(expected.get(frame.connection().index).removeFirst(), frame.bytes());
                    emitted++;
                }
            }
            for (StreamConnection connection : connections) {
                assertFalse(connection.isOver());
                crank.lifecycle.failed(connection, 1);
            }
            assertTrue(crank.isHome());
        }
    }

    private static byte[] lengthStream(Random random, boolean littleEndian) {
        List<byte[]> parts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            byte[] message = new byte[random.nextInt(random.nextInt(1, StreamCrank.FRAME_SIZE - 2))];
            random.nextBytes(message);
            parts.add(prefixed(2, littleEndian, message));
        }
        return join(parts);
    }

    private static byte[] letters(Random random) {
        byte[] stream = new byte[100_000];
        for (int i = 0; i < stream.length; i++) {
            stream[i] = (byte) "abccccccccccc".charAt(random.nextInt(13));
        }
        return join(List.of(stream, bytes("ab")));
    }

    private static StreamCrank cut(Framing framing, String stream) {
        StreamCrank crank = new StreamCrank(8, 4, framing);
        StreamConnection connection = crank.connection();
        crank.receive(connection, bytes(stream));
        crank.endOfStream(connection);
        while (!crank.stages.emitted.isEmpty()) {
            crank.letGo();
        }
        crank.turn();
        assertTrue(connection.isOver());
        assertTrue(crank.isHome());
        crank.reader.flushCounters();
        return crank;
    }

    @ParameterizedTest
    @ValueSource(strings = {"delimiter", "length"})
    void shouldCountWhatIsCutOffAndFailItsConnection(String kind) {
        Framing framing = kind.equals("length")
                ? new Framing.ByLength(1, false, MAX, true)
                : new Framing.ByDelimiter(bytes("\3"), MAX, true, false);
        try (StreamCrank crank = cut(framing, "\2a\3\3b")) {
            assertEquals(1, crank.count(PortCounter.MESSAGES_CUT));
            assertEquals(kind.equals("length") ? 2 : 1, crank.count(PortCounter.RX_BYTES_DISCARDED));
            assertEquals(1, crank.count(PortCounter.FAILED));
            assertEquals(EPROTO(), crank.counters.lastFault(PortCounter.FAILED).errno());
            assertEquals(1, crank.counters.faults(PortCounter.MESSAGES_CUT), "the log tells of the message");
            assertEquals(0, crank.counters.faults(PortCounter.FAILED), "and not of its connection as well");
            assertEquals(ConnectionState.FAILED.name(), crank.stages.events.getLast());
        }
    }

    @Test
    void shouldDeliverRestOfStreamWhereAsked() {
        try (StreamCrank crank = new StreamCrank(8, 4, new Framing.ByDelimiter(bytes(";"), MAX, true, true))) {
            StreamConnection connection = crank.connection();
            crank.receive(connection, bytes("ab;cd"));
            crank.stages.room = 0;
            crank.endOfStream(connection);
            assertEquals(1, crank.stages.emitted.size(), "there was no room");
            crank.stages.room = Integer.MAX_VALUE;
            crank.turn();
            crank.turn();
            assertArrayEquals(bytes("ab"), crank.letGo().bytes());
            assertArrayEquals(bytes("cd"), crank.letGo().bytes());
            assertEquals(StreamState.CLOSED, connection.state());
            assertEquals(0, crank.count(PortCounter.MESSAGES_CUT));
            assertTrue(crank.isHome());
        }
    }

    @Test
    void shouldNotDeliverRestOfStreamThatWasReset() {
        try (StreamCrank crank = new StreamCrank(8, 4, new Framing.ByDelimiter(bytes(";"), MAX, true, true))) {
            StreamConnection connection = crank.connection();
            crank.receive(connection, bytes("cd"));
            crank.lifecycle.failed(connection, ECONNRESET());
            crank.reader.flushCounters();
            assertTrue(crank.stages.emitted.isEmpty());
            assertEquals(1, crank.count(PortCounter.MESSAGES_CUT));
            assertEquals(2, crank.count(PortCounter.RX_BYTES_DISCARDED));
        }
    }
}
