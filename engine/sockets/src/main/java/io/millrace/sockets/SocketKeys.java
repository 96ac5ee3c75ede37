package io.millrace.sockets;

import io.millrace.spi.config.Key;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.KeyTypes;
import java.util.Optional;

/** The keys that ports of type {@code udp} and {@code tcp} have in common; each type adds them to its block. */
final class SocketKeys {
    private SocketKeys() {}

    /** The most frames that a poller takes from a port at once. */
    static Key<Integer> batch(KeyBlock block) {
        return block.key(
                "batch",
                KeyTypes.wholeNumber(1, 4096, "frames"),
                "64",
                "The most frames taken in one go; pipelined, at most `engine.ring-size`.");
    }

    /** The frames that io_uring may receive into. */
    static Key<Integer> buffers(KeyBlock block) {
        return block.key(
                "buffers",
                KeyTypes.powerOfTwo(2, 32768, "frames"),
                "1024",
                "Empty frames that the kernel may receive into.");
    }

    /** The length in bytes above which frames are sent without a copy. */
    static Key<Optional<Integer>> zeroCopyAbove(KeyBlock block) {
        return block.key(
                "zero-copy-above",
                KeyTypes.bytes(0, KeyTypes.GIB).or("off"),
                "off",
                "Frames longer than this are sent without the kernel's copy.");
    }

    /** For how long a read polls the driver, in nanoseconds. */
    static Key<Long> busyPoll(KeyBlock block) {
        return block.key(
                "busy-poll",
                KeyTypes.duration(0, KeyTypes.SECOND),
                "0s",
                "How long a read polls the network card's driver (SO_BUSY_POLL); 0 is off.");
    }
}
