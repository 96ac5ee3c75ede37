package io.millrace.sockets;

import io.millrace.spi.counters.PortCounters;
import io.millrace.spi.counters.PortFault;
import io.millrace.statistics.ConnectionStatistics;
import io.millrace.statistics.ConnectionsState;
import io.millrace.statistics.FrameCensus;
import io.millrace.statistics.KernelStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import java.util.List;

/**
 * Makes the statistics and messages of a TCP port. Cold; any thread may use this.
 *
 * @param local the address of the port, as text
 * @param links the interfaces of its addresses' zones
 */
record StreamReport(
        String name,
        String local,
        PortCounters counters,
        StreamTable table,
        Establisher establisher,
        SocketLinks links) {
    /** The statistics while the engine runs. */
    PortStatistics running(FrameCensus census) {
        return snapshot(census, establisher.state());
    }

    /** The statistics when the engine has stopped. */
    PortStatistics last(FrameCensus census) {
        return snapshot(census, ConnectionsState.STOPPED);
    }

    private PortStatistics snapshot(FrameCensus census, ConnectionsState state) {
        boolean hasNotAccepted = state == ConnectionsState.WAITING && !establisher.connects();
        String error = counters.lastFault(hasNotAccepted ? PortCounter.ACCEPT_FAILED : PortCounter.FAILED)
                .error();
        return new PortStatistics(
                name,
                TcpKeys.BLOCK.name(),
                local,
                List.of(),
                counters.all(),
                KernelStatistics.ZERO,
                census,
                links.statistics(),
                new ConnectionStatistics(state, table.openConnections(), error),
                counters.errors(),
                new SocketDetails());
    }

    /** Says what happens next, or what to do. */
    String advice(PortFault fault, int errno) {
        return ConnectionErrors.advice(fault, errno, establisher.connects());
    }
}
