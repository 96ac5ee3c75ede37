package io.millrace.sockets;

import io.millrace.spi.Port;
import io.millrace.spi.PortContext;
import io.millrace.spi.PortOpener;
import io.millrace.spi.PortSettings;
import io.millrace.spi.WarmUpRun;
import io.millrace.spi.config.Settings;
import java.lang.foreign.Arena;
import java.util.List;

/** Opens ports of type {@code udp}. */
final class UdpPorts implements PortOpener {
    @Override
    public Port open(PortSettings port, PortContext context) {
        return UdpPortOpener.open(
                context.portId(), port, context.frames(), UringDevice.of(context), context.counters());
    }

    @Override
    public void warmUp(List<PortSettings> ports, Settings engine, WarmUpRun run) {
        UringDevice.warmUp();
        try (Arena arena = Arena.ofShared()) {
            run.turn(new LoopbackSocket(arena, run.frame()));
        }
    }
}
