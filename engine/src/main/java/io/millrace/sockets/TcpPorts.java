package io.millrace.sockets;

import io.millrace.HostException;
import io.millrace.bindings.SystemCallException;
import io.millrace.core.config.EngineSettings;
import io.millrace.core.config.PortSettings;
import io.millrace.core.config.TcpSettings;
import io.millrace.core.thread.EngineLog;
import io.millrace.spi.Port;
import io.millrace.spi.PortContext;
import io.millrace.spi.PortOpener;
import io.millrace.spi.WarmUpRun;
import java.util.List;
import org.slf4j.Logger;

/** Opens ports of type {@code tcp}. */
public final class TcpPorts implements PortOpener {
    private static final Logger LOG = EngineLog.of(TcpPorts.class);

    @Override
    public String type() {
        return TcpSettings.TYPE;
    }

    @Override
    public Port open(PortSettings port, PortContext context) {
        return TcpPortOpener.open(
                context.portId(),
                context.poller(),
                (TcpSettings) port,
                context.frames(),
                UringDevice.of(context),
                context.counters(),
                context.framer().orElse(null));
    }

    @Override
    public void warmUp(List<PortSettings> ports, EngineSettings engine, WarmUpRun run) {
        UringDevice.warmUp();
        TcpSettings model = (TcpSettings) ports.getFirst();
        try (LoopbackStreams streams = LoopbackStreams.open(engine.uring(), model, run.frame())) {
            run.turn(streams);
        } catch (HostException | SystemCallException e) {
            LOG.debug("TCP is not warmed up: {}", e.getMessage());
        }
    }
}
