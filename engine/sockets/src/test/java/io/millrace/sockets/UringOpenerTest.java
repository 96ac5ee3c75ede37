package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.HostException;
import io.millrace.spi.config.Settings;
import io.millrace.spi.counters.EngineCounters;
import io.millrace.testing.Seccomp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** This kernel's io_uring in every mode, and what is said of hosts that have none. */
class UringOpenerTest {
    private static final int PROBE = 8;
    private static final int NAPI = 27;
    private static final int EINVAL = 22;
    private static final Optional<Integer> NO_CPU = Optional.empty();

    private long ringsBefore;

    @BeforeEach
    void count() throws IOException {
        ringsBefore = rings();
    }

    /** Nothing stays open, however a test ended. */
    @AfterEach
    void check() throws IOException {
        assertEquals(ringsBefore, rings());
    }

    private static long rings() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(UringOpenerTest::isRing).count();
        }
    }

    private static boolean isRing(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("io_uring");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    private static Settings settings(boolean sqPoll, Optional<Integer> cpu, long busyPollNs) {
        return UringKeysTest.ring(64, 256)
                .with(UringKeys.SQPOLL, sqPoll)
                .with(UringKeys.SQPOLL_CPU, cpu)
                .with(UringKeys.BUSY_POLL, busyPollNs);
    }

    private static void assertWorks(UringDevice device) {
        device.enable();
        new CrankedRing(device).doNothing(1_000);
        device.quiesce(CrankedRing.NOWHERE);
        assertTrue(device.isQuiet());
        device.close();
        device.close();
        assertEquals(0, device.uringStatistics().orElseThrow().failures());
    }

    @ParameterizedTest
    @EnumSource
    void shouldWorkInEveryMode(TaskRun mode) {
        UringDevice device = UringOpener.open(settings(false, NO_CPU, 0), new EngineCounters(), List.of(mode));
        assertEquals(mode.toString(), device.mode());
        assertWorks(device);
    }

    @Test
    void shouldTakeTheBestModeThatTheKernelHas() {
        UringDevice device = UringOpener.open(settings(false, NO_CPU, 0), new EngineCounters());
        assertEquals(TaskRun.DEFERRED.toString(), device.mode());
        assertWorks(device);
    }

    @Test
    void shouldLeaveSubmissionsToTheKernelThreadWhenConfiguredTo() {
        UringDevice device = UringOpener.open(settings(true, Optional.of(0), 0), new EngineCounters());
        assertEquals(TaskRun.SUBMITTER_THREAD.toString(), device.mode());
        assertWorks(device);
    }

    /** The kernel says EINVAL to what it does not know, here a CPU that it does not have. */
    @Test
    void shouldDoWithLessWhereTheKernelRefuses() {
        Settings settings = settings(true, Optional.of(1_000), 0);
        UringDevice device = UringOpener.open(
                settings,
                new EngineCounters(),
                List.of(TaskRun.SUBMITTER_THREAD, TaskRun.COOPERATIVE, TaskRun.INTERRUPTING));
        assertEquals(TaskRun.COOPERATIVE.toString(), device.mode());
        assertWorks(device);
        HostException last = assertThrows(HostException.class, () -> UringOpener.open(settings, new EngineCounters()));
        assertTrue(last.getMessage().contains("EINVAL") && last.getMessage().contains("; "), last::getMessage);
    }

    @Test
    void shouldBusyPollOrDoWithout() throws Exception {
        assertWorks(UringOpener.open(settings(false, NO_CPU, 50_000), new EngineCounters()));
        onFilteredThread(
                Seccomp.IO_URING_REGISTER,
                NAPI,
                EINVAL,
                () -> assertWorks(UringOpener.open(settings(false, NO_CPU, 50_000), new EngineCounters())));
    }

    /** A ring that is given up before anything ran on it. */
    @Test
    void shouldEndRingThatWasNeverEnabled() {
        UringDevice device = UringOpener.open(settings(false, NO_CPU, 0), new EngineCounters());
        device.abandon();
        assertTrue(device.isQuiet());
        device.close();
    }

    private static void onFilteredThread(int call, int second, int errno, Runnable task) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                Seccomp.fail(call, second, errno);
                task.run();
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        done.get();
    }

    private static void assertRefused(int call, int second, int errno, String... fragments) throws Exception {
        onFilteredThread(call, second, errno, () -> {
            HostException refused = assertThrows(
                    HostException.class, () -> UringOpener.open(settings(false, NO_CPU, 0), new EngineCounters()));
            for (String fragment : fragments) {
                assertTrue(refused.getMessage().contains(fragment), refused::getMessage);
            }
            assertTrue(refused.getMessage().contains("; "), refused::getMessage);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "38, ENOSYS, seccomp",
        "1, EPERM, seccomp",
        "12, ENOMEM, ulimit -l",
        "22, EINVAL, defaults",
        "24, EMFILE, defaults"
    })
    void shouldSayWhyThereIsNoRing(int errno, String name, String advice) throws Exception {
        assertRefused(Seccomp.IO_URING_SETUP, Seccomp.ANY, errno, name, advice);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 22})
    void shouldRefuseKernelThatCannotBeAsked(int errno) throws Exception {
        assertRefused(Seccomp.IO_URING_REGISTER, PROBE, errno, "Linux 6.1");
    }
}
