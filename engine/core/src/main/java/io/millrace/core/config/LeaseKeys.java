package io.millrace.core.config;

import io.millrace.spi.config.Key;
import io.millrace.spi.config.KeyBlock;
import io.millrace.spi.config.KeyTypes;

/** The keys of the {@code leases} block. */
public final class LeaseKeys {
    static final KeyBlock BLOCK = KeyBlock.named("leases");

    /** How many frames stages may keep at the same time. */
    public static final Key<Integer> MAX = BLOCK.key(
            "max",
            KeyTypes.wholeNumber(0, 1 << 20, "frames"),
            "256",
            "How many frames stages may keep at the same time.");

    /** Whether each lease remembers where it was taken. */
    public static final Key<Boolean> TRACK = BLOCK.key(
            "track",
            KeyTypes.onOff(),
            "off",
            "Whether a leaked lease is reported with the place where it was taken; it costs a stack "
                    + "trace for each lease.");

    private LeaseKeys() {}
}
