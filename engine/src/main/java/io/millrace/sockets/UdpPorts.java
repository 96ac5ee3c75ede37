package io.millrace.sockets;

import io.millrace.core.config.EngineSettings;
import io.millrace.core.config.PortSettings;
import io.millrace.core.config.UdpSettings;
import io.millrace.spi.Port;
import io.millrace.spi.PortContext;
import io.millrace.spi.PortOpener;
import io.millrace.spi.WarmUpRun;
import java.lang.foreign.Arena;
import java.util.List;

/** Opens ports of type {@code udp}. */
public final class UdpPorts implements PortOpener {
    @Override
    public String type() {
        return UdpSettings.TYPE;
    }

    @Override
    public Port open(PortSettings port, PortContext context) {
        return UdpPortOpener.open(
                context.portId(), (UdpSettings) port, context.frames(), UringDevice.of(context), context.counters());
    }

    @Override
    public void warmUp(List<PortSettings> ports, EngineSettings engine, WarmUpRun run) {
        UringDevice.warmUp();
        try (Arena arena = Arena.ofShared()) {
            run.turn(new LoopbackSocket(arena, run.frame()));
        }
    }
}
