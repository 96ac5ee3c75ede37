package io.millrace.afxdp;

import io.millrace.HostException;
import io.millrace.bindings.SocketCalls;
import io.millrace.spi.Port;
import io.millrace.spi.PortContext;
import io.millrace.spi.PortOpener;
import io.millrace.spi.PortSettings;
import io.millrace.spi.WarmUpRun;
import io.millrace.spi.config.EngineKeys;
import io.millrace.spi.config.Settings;
import io.millrace.xdp.TransmitOffload;
import io.millrace.xdp.XdpException;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Opens ports of type {@code af-xdp}. */
final class AfXdpPorts implements PortOpener {
    private static final int DOWNCALLS = 20_000;
    private static final int NO_SOCKET = -1;
    private static final int BATCH = 64;

    /** The UMEMs of a poller's ports, by the ports' names. */
    private static final class Memories {
        private final Map<String, UmemUsers> byPort = new HashMap<>();
    }

    @Override
    public Port open(PortSettings port, PortContext context) {
        try {
            return AfXdpPortOpener.open(
                    context.portId(),
                    port,
                    context.engine().get(EngineKeys.STATE_DIR),
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
    public List<String> opensAfter(PortSettings port) {
        return port.get(AfXdpKeys.UMEM).stream().toList();
    }

    @Override
    public boolean tellsTransmits(PortSettings port) {
        return port.get(AfXdpKeys.TX_METADATA).contains(TransmitOffload.TIMESTAMP);
    }

    @Override
    public Object variant(PortSettings port) {
        return Layout.of(port);
    }

    @Override
    public void warmUp(List<PortSettings> ports, Settings engine, WarmUpRun run) {
        // a method handle rewrites itself after some hundred calls, which allocates
        for (int i = 0; i < DOWNCALLS; i++) {
            SocketCalls.wakeTx(NO_SOCKET);
            SocketCalls.wakeRx(NO_SOCKET);
        }
        try (Arena arena = Arena.ofShared()) {
            for (Layout layout : ports.stream().map(Layout::of).collect(Collectors.toSet())) {
                run.turn(new LoopbackPort(
                        arena,
                        Stream.concat(Stream.of(run.frame()), run.unfinishedFrames().stream())
                                .toList(),
                        BATCH,
                        layout.segmented(),
                        layout.chunks()));
            }
        }
    }

    /** What decides how frames lie in the UMEM, and so which code they go through. */
    private record Layout(boolean segmented, Chunks chunks) {
        static Layout of(PortSettings port) {
            return new Layout(port.get(AfXdpKeys.MULTI_BUFFER), port.get(AfXdpKeys.CHUNKS));
        }
    }
}
