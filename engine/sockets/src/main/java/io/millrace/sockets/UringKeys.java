package io.millrace.sockets;

import io.millrace.spi.config.Key;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.KeyTypes;
import java.util.Optional;

/** The keys of the {@code engine.uring} block: the io_uring that all {@code udp} and {@code tcp} ports share. */
final class UringKeys {
    static final KeyBlock BLOCK = KeyBlock.inside("uring");

    /** {@code IORING_MAX_ENTRIES} and {@code IORING_MAX_CQ_ENTRIES}. */
    private static final int MOST_SUBMISSIONS = 32768;

    private static final int MOST_COMPLETIONS = 65536;

    static final Key<Integer> SUBMISSION = BLOCK.key(
            "submission",
            KeyTypes.powerOfTwo(8, MOST_SUBMISSIONS, "entries"),
            "1024",
            "The most requests that wait to be submitted to the kernel.");
    static final Key<Integer> COMPLETION = BLOCK.key(
            "completion",
            KeyTypes.powerOfTwo(16, MOST_COMPLETIONS, "entries"),
            "8192",
            "The most answers of the kernel that wait for the poller; at least twice `submission`.");
    static final Key<Boolean> SQPOLL = BLOCK.key(
            "sqpoll",
            KeyTypes.onOff(),
            "off",
            "Whether a kernel thread fetches the requests, so that submitting takes no system call; it takes a CPU.");
    static final Key<Optional<Integer>> SQPOLL_CPU =
            BLOCK.key("sqpoll-cpu", KeyTypes.cpu().or("none"), "none", "The CPU that this kernel thread is pinned to.");
    static final Key<Long> SQPOLL_IDLE = BLOCK.key(
            "sqpoll-idle",
            KeyTypes.duration(KeyTypes.MS, KeyTypes.HOUR),
            "1s",
            "How long this kernel thread spins without requests before it sleeps.");
    static final Key<Long> BUSY_POLL = BLOCK.key(
            "busy-poll",
            KeyTypes.duration(0, KeyTypes.SECOND),
            "0s",
            "How long a wait for answers polls the network card's driver (NAPI) before it sleeps; 0 is off.");
    static final Key<Long> MIN_WAIT = BLOCK.key(
            "min-wait",
            KeyTypes.duration(0, 10 * KeyTypes.MS),
            "0s",
            "How long a sleeping poller (`idle = wait`) ignores single answers, so that it wakes for "
                    + "many at once, or when half of a port's buffers are filled. It saves CPU time and adds as "
                    + "much delay; Linux 6.12, 0 is off.");

    private UringKeys() {}
}
