package io.millrace.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.ConfigException;
import io.millrace.core.config.EngineConfig;
import io.millrace.spi.config.Settings;
import org.junit.jupiter.api.Test;

class UringKeysTest {
    /** The settings of an io_uring with defaults but its sizes. */
    static Settings ring(int submission, int completion) {
        return Settings.defaults(UringKeys.BLOCK, "engine")
                .with(UringKeys.SUBMISSION, submission)
                .with(UringKeys.COMPLETION, completion);
    }

    @Test
    void shouldBeReadWithTheEngine() {
        EngineConfig config = EngineConfig.parse("millrace { engine { uring { submission = 64, completion = 128 } },"
                + " ports { p { type = udp, bind = \"*:9\" } } }");
        assertEquals(64, config.engine().get(UringKeys.SUBMISSION));
        assertEquals(128, config.engine().get(UringKeys.COMPLETION));
    }

    @Test
    void shouldReportSizesThatDontSuitEachOtherOnce() {
        assertEquals(
                "config:1: engine.uring.completion is 64, less than twice submission, 64; use 128 or more",
                assertThrows(
                                ConfigException.class,
                                () -> EngineConfig.parse("millrace { engine.uring { submission = 64, completion = 64 },"
                                        + " ports { p { type = udp, bind = \"*:9\" } } }"))
                        .getMessage());
    }
}
