package io.millrace.lab.vm.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.core.config.EngineConfig;
import io.millrace.lab.conformance.XskMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Configs of the virtual machine, which takes minutes to start. */
class GuestNetworkTest {
    @ParameterizedTest
    @EnumSource(XskMode.class)
    void shouldSetEachKeyOnce(XskMode mode) {
        EngineConfig config = EngineConfig.parse(
                GuestNetwork.config("zero-copy", "mode = inline", mode.settings(), "{ stage = drop }"));
        assertEquals(1, config.ports().size());
    }
}
