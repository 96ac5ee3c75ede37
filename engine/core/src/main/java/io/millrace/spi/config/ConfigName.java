package io.millrace.spi.config;

import java.util.Locale;

/** How an enum constant is written in a config: {@code BUSY_SPIN} is {@code busy-spin}. */
public final class ConfigName {
    private ConfigName() {}

    /** The constant's name in a config. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
