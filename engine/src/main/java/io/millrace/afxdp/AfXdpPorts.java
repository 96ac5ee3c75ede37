package io.millrace.afxdp;

import io.millrace.HostException;
import io.millrace.bindings.SocketCalls;
import io.millrace.core.config.AfXdpSettings;
import io.millrace.core.config.EngineSettings;
import io.millrace.core.config.PortSettings;
import io.millrace.spi.Port;
import io.millrace.spi.PortContext;
import io.millrace.spi.PortOpener;
import io.millrace.spi.WarmUpRun;
import io.millrace.xdp.TransmitOffload;
import io.millrace.xdp.XdpException;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Opens ports of type {@code af-xdp}. */
public final class AfXdpPorts implements PortOpener {
    private static final int DOWNCALLS = 20_000;
    private static final int NO_SOCKET = -1;
    private static final int BATCH = 64;

    /** What the ports of a poller have their frames in, by the ports' names. */
    private static final class Memories {
        private final Map<String, UmemUsers> byPort = new HashMap<>();
    }

    @Override
    public String type() {
        return AfXdpSettings.TYPE;
    }

    @Override
    public Port open(PortSettings port, PortContext context) {
        try {
            return AfXdpPortOpener.open(
                    context.portId(),
                    (AfXdpSettings) port,
                    context.frames(),
                    context.ofPoller(Memories.class, Memories::new).byPort,
                    context.ofEngine(XdpPrograms.class, XdpPrograms::new),
                    context.counters(),
                    context.transmitListener());
        } catch (XdpException e) {
            throw new HostException(e.getMessage(), e);
        }
    }

    @Override
    public Optional<int[]> queues(PortSettings port) {
        return Optional.of(AfXdpPortOpener.queueIds((AfXdpSettings) port));
    }

    @Override
    public PortSettings withQueue(PortSettings port, int queue) {
        return ((AfXdpSettings) port).withQueue(queue);
    }

    @Override
    public List<String> opensAfter(PortSettings port) {
        String umem = ((AfXdpSettings) port).umem();
        return umem == null ? List.of() : List.of(umem);
    }

    @Override
    public boolean tellsTransmits(PortSettings port) {
        return ((AfXdpSettings) port).options().txMetadata().contains(TransmitOffload.TIMESTAMP);
    }

    @Override
    public void warmUp(List<PortSettings> ports, EngineSettings engine, WarmUpRun run) {
        for (int i = 0; i < DOWNCALLS; i++) { // a method handle that is called often rewrites itself, which allocates
            SocketCalls.wakeTx(NO_SOCKET);
            SocketCalls.wakeRx(NO_SOCKET);
        }
        try (Arena arena = Arena.ofShared()) {
            for (boolean segmented : new boolean[] {false, true}) {
                if (ports.stream().anyMatch(port -> ((AfXdpSettings) port).multiBuffer() == segmented)) {
                    run.turn(new LoopbackPort(arena, run.frame(), BATCH, segmented));
                }
            }
        }
    }
}
