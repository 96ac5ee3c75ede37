package io.millrace.lab.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.testing.Slow;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams to an echo of the JDK's sockets, which answers right or wrong. */
@Slow
class UdpTransportTest {
    private static final int LENGTH = 128;
    private static final String LOOPBACK = "127.0.0.1";
    private static final UdpEcho.Answer RIGHT = (datagram, index, reply) -> reply.send(datagram);

    private static EchoReport run(UdpEcho echo, TrafficPlan plan) throws Exception {
        try (EchoDriver driver = new EchoDriver(UdpTransport.open(echo.address(), LENGTH))) {
            driver.run(plan, 1);
            return driver.report();
        }
    }

    private static EchoCounts counts(UdpEcho.Answer answer, int datagrams) throws Exception {
        try (UdpEcho echo = UdpEcho.open(LOOPBACK, answer)) {
            return run(echo, TrafficPlan.frames(datagrams)).counts();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {LOOPBACK, "::1"})
    void shouldGetEveryDatagramBackFlatOut(String address) throws Exception {
        try (UdpEcho echo = UdpEcho.open(address, RIGHT)) {
            EchoReport report = run(echo, TrafficPlan.frames(20_000));
            assertEquals(new EchoCounts(20_000, 20_000, 0, 0), report.counts());
            assertTrue(report.roundTrips().getTotalCount() > 19_000, "all but those of the warm-up");
            assertTrue(report.roundTrips().getMinValue() > 1_000, "a microsecond is too short");
        }
    }

    @Test
    void shouldCountNothingOfTheWarmUp() throws Exception {
        try (UdpEcho echo = UdpEcho.open(LOOPBACK, RIGHT);
                EchoDriver driver = new EchoDriver(UdpTransport.open(echo.address(), LENGTH))) {
            driver.warmUp(TrafficPlan.lasting(Duration.ofMillis(50)), true);
            assertEquals(0, driver.counts().sent());
            assertTrue(driver.warmUpCounts().sent() > 0);
            driver.run(TrafficPlan.frames(100), 0);
            EchoReport report = driver.report();
            assertEquals(100, report.counts().sent());
            assertEquals(100, report.counts().received());
            assertEquals(100, report.roundTrips().getTotalCount());
            assertEquals(0, driver.missed());
        }
    }

    @Test
    void shouldForgetTheRoundTripsOfEachRoundOfTheWarmUp() throws Exception {
        try (UdpEcho echo = UdpEcho.open(LOOPBACK, RIGHT);
                EchoDriver driver = new EchoDriver(UdpTransport.open(echo.address(), LENGTH))) {
            driver.warmUp(TrafficPlan.frames(30), true);
            driver.warmUp(TrafficPlan.frames(50).at(10_000), false);
            assertEquals(new EchoCounts(80, 80, 0, 0), driver.warmUpCounts());
            assertEquals(new EchoCounts(0, 0, 0, 0), driver.settledCounts());
            driver.run(TrafficPlan.frames(100).at(10_000), 0);
            EchoReport report = driver.report();
            assertEquals(new EchoCounts(100, 100, 0, 0), report.counts());
            assertEquals(100, report.roundTrips().getTotalCount());
            assertEquals(100, report.delays().getTotalCount());
        }
    }

    @Test
    void shouldKeepThePace() throws Exception {
        try (UdpEcho echo = UdpEcho.open(LOOPBACK, RIGHT)) {
            EchoReport report = run(echo, TrafficPlan.frames(2_000).at(10_000));
            assertEquals(new EchoCounts(2_000, 2_000, 0, 0), report.counts());
            assertTrue(report.durationNs() >= 195_000_000, report::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 8, 15, 16, 19, 20, 100, LENGTH - 1})
    void shouldNoticeChangeOfAnyByte(int at) throws Exception {
        EchoCounts counts = counts(
                (datagram, index, reply) -> {
                    if (index == 5) {
                        datagram.put(at, (byte) (datagram.get(at) ^ 0x40));
                    }
                    reply.send(datagram);
                },
                50);
        assertEquals(new EchoCounts(50, 49, 1, 0), counts);
        assertEquals(0, counts.lost());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, LENGTH - 1, LENGTH + 1, 1_000})
    void shouldNoticeOtherLength(int length) throws Exception {
        EchoCounts counts = counts(
                (datagram, index, reply) ->
                        reply.send(index == 5 ? datagram.clear().limit(length) : datagram),
                50);
        assertEquals(new EchoCounts(50, 49, 1, 0), counts);
    }

    @Test
    void shouldNoticeStampOfAnotherDatagram() throws Exception {
        ByteBuffer first = ByteBuffer.allocate(Long.BYTES);
        EchoCounts counts = counts(
                (datagram, index, reply) -> {
                    if (index == 0) {
                        first.putLong(0, datagram.getLong(0));
                    } else if (index == 5) {
                        datagram.putLong(0, first.getLong(0));
                    }
                    reply.send(datagram);
                },
                50);
        assertEquals(new EchoCounts(50, 49, 1, 0), counts);
    }

    @Test
    void shouldNoticeDuplicates() throws Exception {
        EchoCounts counts = counts(
                (datagram, index, reply) -> {
                    for (int i = 0; i < (index % 10 == 0 ? 3 : 1); i++) {
                        reply.send(datagram.rewind());
                    }
                },
                50);
        assertEquals(50, counts.received());
        assertEquals(10, counts.duplicated());
    }

    @Test
    void shouldCountWhatDoesNotComeBackAsLost() throws Exception {
        try (UdpEcho echo = UdpEcho.open(LOOPBACK, (datagram, index, reply) -> {
                    if (index % 10 != 0) {
                        reply.send(datagram);
                    }
                });
                EchoDriver driver = new EchoDriver(UdpTransport.open(echo.address(), LENGTH))) {
            driver.run(TrafficPlan.frames(1_000), 1);
            assertEquals(100, driver.report().counts().lost());
            assertEquals(100, driver.missed(), "the last one has come");
        }
    }

    @Test
    void shouldGoOnWhenAWindowWasLost() throws Exception {
        AtomicInteger swallowed = new AtomicInteger();
        try (UdpEcho echo = UdpEcho.open(LOOPBACK, (datagram, index, reply) -> {
            if (index < 2_000) {
                swallowed.incrementAndGet();
            } else {
                reply.send(datagram);
            }
        })) {
            EchoReport report = run(echo, TrafficPlan.frames(5_000));
            assertEquals(5_000, report.counts().sent());
            assertEquals(swallowed.get(), report.counts().lost());
            assertEquals(2_000, swallowed.get());
        }
    }

    @Test
    void shouldKeepToTheWindowAtAnyPace() throws Exception {
        try (UdpEcho echo = UdpEcho.open(LOOPBACK, (datagram, index, reply) -> {});
                UdpTransport transport = UdpTransport.open(echo.address(), LENGTH);
                EchoDriver driver = new EchoDriver(transport)) {
            TrafficPlan half = new TrafficPlan(0, 1e6, TimeUnit.MILLISECONDS.toNanos(500));
            driver.run(half, 1);
            assertEquals(transport.window(), driver.counts().sent());
        }
    }

    /** 212,992 bytes is what a host grants that nobody has tuned. */
    @Test
    void shouldNotOverrunTheReceiveBuffer() {
        assertEquals(1_024, UdpTransport.window(4 << 20));
        assertEquals(249, UdpTransport.window(212_992));
        assertEquals(32, UdpTransport.window(4_096));
    }

    @Test
    void shouldTellWhatTheKernelDroppedAtItsSocket() throws Exception {
        try (UdpEcho echo = UdpEcho.open(LOOPBACK, (datagram, index, reply) -> {
                    for (int i = 0; i < 20_000; i++) { // nobody reads meanwhile
                        reply.send(datagram.clear());
                    }
                });
                UdpTransport transport = UdpTransport.open(echo.address(), LENGTH)) {
            assertEquals(0, transport.drops());
            transport.send(1);
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (transport.drops() == 0 && System.nanoTime() < deadlineNs) {
                Thread.sleep(10);
            }
            assertTrue(transport.drops() > 0);
        }
    }

    @Test
    void shouldNotFailWhenNothingEchoes() throws Exception {
        UdpEcho echo = UdpEcho.open(LOOPBACK, RIGHT);
        InetSocketAddress address = echo.address();
        echo.close();
        try (UdpTransport transport = UdpTransport.open(address, LENGTH);
                EchoDriver driver = new EchoDriver(transport)) {
            driver.run(new TrafficPlan(0, 1_000, TimeUnit.MILLISECONDS.toNanos(100)), 1);
            assertEquals(0, driver.report().counts().received());
            assertFalse(transport.failure().isEmpty());
        }
    }

    @Test
    void shouldStopWhenAsked() throws Exception {
        try (UdpEcho echo = UdpEcho.open(LOOPBACK, RIGHT);
                EchoDriver driver = new EchoDriver(UdpTransport.open(echo.address(), LENGTH))) {
            Thread run = Thread.ofPlatform().start(() -> driver.run(TrafficPlan.endless(), 1));
            while (driver.counts().received() < 1_000) {
                Thread.sleep(1);
            }
            driver.stop();
            run.join();
            EchoCounts counts = driver.report().counts();
            assertEquals(counts.sent(), counts.received());
        }
    }

    @Test
    void shouldRefusePayloadWithoutRoom() {
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class, () -> UdpTransport.open(new InetSocketAddress(LOOPBACK, 9), 19));
        assertTrue(failure.getMessage().contains("choose 20 or more"), failure.getMessage());
    }
}
