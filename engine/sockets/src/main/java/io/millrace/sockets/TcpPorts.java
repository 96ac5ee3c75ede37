package io.millrace.sockets;

import io.millrace.HostException;
import io.millrace.bindings.SystemCallException;
import io.millrace.spi.EngineLog;
import io.millrace.spi.Port;
import io.millrace.spi.PortContext;
import io.millrace.spi.PortOpener;
import io.millrace.spi.PortSettings;
import io.millrace.spi.WarmUpRun;
import io.millrace.spi.config.Settings;
import java.util.List;

/** Opens ports of type {@code tcp}. */
final class TcpPorts implements PortOpener {
    @Override
    public Port open(PortSettings port, PortContext context) {
        return TcpPortOpener.open(
                context.portId(),
                context.poller(),
                port,
                context.frames(),
                UringDevice.of(context),
                context.counters(),
                context.framing().orElse(null));
    }

    @Override
    public void warmUp(List<PortSettings> ports, Settings engine, WarmUpRun run) {
        UringDevice.warmUp();
        PortSettings model = ports.getFirst();
        try (LoopbackStreams streams = LoopbackStreams.open(engine, model, run.frame())) {
            run.turn(streams);
        } catch (HostException | SystemCallException e) {
            EngineLog.of(TcpPorts.class).debug("TCP is not warmed up: {}", e.getMessage());
        }
    }
}
