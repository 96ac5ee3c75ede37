package io.millrace.lab.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.HostException;
import io.millrace.testing.Slow;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records to an echo of the JDK's sockets, which answers right or wrong. */
@Slow
class TcpTransportTest {
    private static final int CONNECTIONS = 4;
    private static final int SPOILT = 2;
    private static final TcpEcho.Answer RIGHT = (bytes, position, connection, back) -> TcpEcho.send(bytes, back);

    /** What came of a run. */
    private record Outcome(EchoReport report, TcpTransport.Bytes bytes, String failure) {
        EchoCounts counts() {
            return report.counts();
        }
    }

    private static Outcome run(TcpEcho.Answer answer, TrafficPlan plan) throws Exception {
        try (TcpEcho echo = TcpEcho.open(answer);
                TcpTransport transport = TcpTransport.open(echo.address(), CONNECTIONS);
                EchoDriver driver = new EchoDriver(transport)) {
            driver.run(plan, 1);
            return new Outcome(driver.report(), transport.bytes(), transport.failure());
        }
    }

    @Test
    void shouldGetEveryByteBackFlatOut() throws Exception {
        Outcome outcome = run(RIGHT, TrafficPlan.frames(20_000));
        assertEquals(new EchoCounts(20_000, 20_000, 0, 0), outcome.counts());
        TcpTransport.Bytes bytes = outcome.bytes();
        assertEquals(bytes.made(), bytes.written());
        assertEquals(bytes.made(), bytes.back());
        assertTrue(bytes.made() > 19_000_000 && bytes.made() < 21_000_000, "a thousand bytes on average: " + bytes);
        assertTrue(outcome.report().roundTrips().getTotalCount() > 19_000, "all but those of the warm-up");
        assertTrue(outcome.report().roundTrips().getMinValue() > 1_000, "a microsecond is too short");
        assertEquals("", outcome.failure());
    }

    @Test
    void shouldKeepThePace() throws Exception {
        Outcome outcome = run(RIGHT, TrafficPlan.frames(1_000).at(5_000));
        assertEquals(new EchoCounts(1_000, 1_000, 0, 0), outcome.counts());
        assertTrue(outcome.report().durationNs() >= 195_000_000, outcome::toString);
    }

    @Test
    void shouldGetEveryByteBackWhateverTheSizesOfTheReads() throws Exception {
        Outcome outcome = run(
                (bytes, position, connection, back) -> {
                    while (bytes.hasRemaining()) {
                        ByteBuffer piece =
                                bytes.slice(bytes.position(), Math.min(bytes.remaining(), 1 + (int) position % 97));
                        bytes.position(bytes.position() + piece.remaining());
                        TcpEcho.send(piece, back);
                    }
                },
                TrafficPlan.frames(2_000));
        assertEquals(new EchoCounts(2_000, 2_000, 0, 0), outcome.counts());
        assertEquals(0, outcome.bytes().lost());
    }

    /** One connection is spoilt; the others go on. */
    private static void assertSpoilt(TcpEcho.Answer spoil) throws Exception {
        Outcome outcome = run(
                (bytes, position, connection, back) -> {
                    if (connection == SPOILT && position <= 50_000 && 50_000 < position + bytes.remaining()) {
                        spoil.to(bytes, 50_000 - position, connection, back);
                    } else {
                        TcpEcho.send(bytes, back);
                    }
                },
                TrafficPlan.frames(4_000));
        EchoCounts counts = outcome.counts();
        assertEquals(4_000, counts.sent());
        assertEquals(1, counts.corrupted());
        assertTrue(counts.received() > 3_800 && counts.received() < 4_000, counts::toString);
    }

    @Test
    void shouldNoticeChangeOfOneBit() throws Exception {
        assertSpoilt((bytes, at, connection, back) -> {
            int index = (int) at;
            bytes.put(index, (byte) (bytes.get(index) ^ 0x10));
            TcpEcho.send(bytes, back);
        });
    }

    @Test
    void shouldNoticeByteThatIsMissing() throws Exception {
        assertSpoilt((bytes, at, connection, back) -> {
            int index = (int) at;
            TcpEcho.send(bytes.slice(0, index), back);
            TcpEcho.send(bytes.slice(index + 1, bytes.limit() - index - 1), back);
        });
    }

    @Test
    void shouldNoticeByteThatNobodySent() throws Exception {
        assertSpoilt((bytes, at, connection, back) -> {
            TcpEcho.send(bytes.slice(0, (int) at), back);
            TcpEcho.send(bytes.slice((int) at, 1), back);
            TcpEcho.send(bytes.slice((int) at, bytes.limit() - (int) at), back);
        });
    }

    @Test
    void shouldNoticeBytesOfAnotherConnection() throws Exception {
        ByteBuffer other = ByteBuffer.allocate(100);
        Outcome outcome = run(
                (bytes, position, connection, back) -> {
                    if (position == 0 && connection == 0) {
                        synchronized (other) {
                            other.put(bytes.duplicate().limit(Math.min(bytes.limit(), 100)));
                        }
                    }
                    if (position == 0 && connection == 1) {
                        while (true) {
                            synchronized (other) {
                                if (other.position() > 0) {
                                    TcpEcho.send(other.flip(), back);
                                    break;
                                }
                            }
                            Thread.onSpinWait();
                        }
                    }
                    TcpEcho.send(bytes, back);
                },
                TrafficPlan.frames(1_000));
        assertEquals(1, outcome.counts().corrupted());
    }

    @Test
    void shouldNoticeBytesBeyondTheLastOne() throws Exception {
        try (TcpEcho echo = TcpEcho.open((bytes, position, connection, back) -> {
                    TcpEcho.send(bytes, back);
                    if (connection == SPOILT) {
                        TcpEcho.send(ByteBuffer.allocate(1), back);
                    }
                });
                TcpTransport transport = TcpTransport.open(echo.address(), CONNECTIONS);
                EchoDriver driver = new EchoDriver(transport)) {
            driver.run(TrafficPlan.frames(CONNECTIONS), 1);
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            // The other connections' bytes may come after the wrong one.
            while ((driver.report().counts().corrupted() == 0
                            || transport.bytes().back() <= transport.bytes().made())
                    && System.nanoTime() < deadlineNs) {
                Thread.sleep(10);
            }
            assertEquals(1, driver.report().counts().corrupted());
            assertEquals(transport.bytes().made() + 1, transport.bytes().back());
        }
    }

    @Test
    void shouldCountWhatDoesNotComeBackAsLost() throws Exception {
        Outcome outcome = run(
                (bytes, position, connection, back) -> {
                    if (connection != SPOILT) {
                        TcpEcho.send(bytes, back);
                    }
                },
                new TrafficPlan(0, 0, TimeUnit.MILLISECONDS.toNanos(300)));
        EchoCounts counts = outcome.counts();
        assertEquals(EchoStream.WINDOW, counts.lost(), "a connection's window");
        assertEquals(0, counts.corrupted());
        assertTrue(outcome.bytes().lost() >= EchoStream.WINDOW, outcome::toString);
        assertTrue(counts.received() > EchoStream.WINDOW, "the others went on");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNotWaitForConnectionsThatAreClosed(boolean all) throws Exception {
        long startNs = System.nanoTime();
        Outcome outcome = run(
                (bytes, position, connection, back) -> {
                    if (all || connection == SPOILT) {
                        back.close();
                    } else {
                        TcpEcho.send(bytes, back);
                    }
                },
                new TrafficPlan(0, 10_000, TimeUnit.MILLISECONDS.toNanos(300)));
        assertTrue(outcome.counts().lost() > 0, outcome::toString);
        assertTrue(!outcome.failure().isEmpty());
        if (all) {
            assertEquals(0, outcome.counts().received());
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(3), "nothing to wait for");
        } else {
            assertTrue(outcome.counts().received() > 0, outcome::toString);
        }
    }

    @Test
    void shouldSayWhenNothingListens() throws Exception {
        TcpEcho echo = TcpEcho.open(RIGHT);
        InetSocketAddress address = echo.address();
        echo.close();
        HostException failure = assertThrows(HostException.class, () -> TcpTransport.open(address, CONNECTIONS));
        assertTrue(failure.getMessage().startsWith("no TCP connection to "), failure.getMessage());
    }
}
