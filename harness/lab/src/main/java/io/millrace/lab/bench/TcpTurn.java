package io.millrace.lab.bench;

import io.millrace.lab.net.VethPair;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A turn with messages of the client program at a TCP server: a closed loop, with one message in flight on each
 * connection.
 */
final class TcpTurn implements Turn {
    private final Suite suite;
    private final Settings settings;
    private final VethPair pair;
    private final Path clientProgram;
    private final CpuDistanceMeter meter;

    TcpTurn(Suite suite, Settings settings, VethPair pair, Path clientProgram, CpuDistanceMeter meter) {
        this.suite = suite;
        this.settings = settings;
        this.pair = pair;
        this.clientProgram = clientProgram;
        this.meter = meter;
    }

    @Override
    public Round take(Contender contender, Path folder) throws IOException, InterruptedException {
        try (Receiver receiver = Receiver.start(contender, suite, settings, pair, folder);
                TcpClient client = TcpClient.start(clientProgram, suite, settings, pair, folder)) {
            double distanceNs = meter.measureNs(); // during the warm-up, so that the measured time is not disturbed
            client.await("measuring");
            Window before = Window.now(receiver, client::cpuUse);
            client.await("halfway");
            Window middle = Window.now(receiver, client::cpuUse);
            client.await("measured");
            Window after = Window.now(receiver, client::cpuUse);
            CpuDistance distance = new CpuDistance(distanceNs, meter.measureNs());
            TcpClient.Result measured = client.result();
            Receiver.Result result = receiver.stop();
            double perSecond = measured.messages() * 1e9 / measured.durationNs();
            double rise = Window.rise(
                    before,
                    middle,
                    after,
                    measured.firstHalfMessages(),
                    measured.messages() - measured.firstHalfMessages());
            return new Round(
                    contender.name(),
                    new Round.Rates(perSecond, Double.NaN, Double.NaN, rise),
                    after.cost(
                            before, measured.messages(), Heap.bytesPerSecond(result, before.timeNs(), after.timeNs())),
                    measured.latency(),
                    Pauses.totalNs(result.pauses()),
                    after.waited(before),
                    distance,
                    problem(measured, result.counts(), client.lastWords()),
                    result.command());
        }
    }

    static String problem(TcpClient.Result client, Contender.Counts server, String complaint) {
        if (client.errors() > 0) {
            return client.errors() + " connections failed: "
                    + (complaint.isEmpty() ? "messages did not come back" : complaint);
        }
        if (server.received() != Contender.UNKNOWN && server.received() != client.sentBytes()) {
            return "sent " + client.sentBytes() + " bytes, but it received " + server.received();
        }
        if (server.returned() != Contender.UNKNOWN && server.returned() != client.receivedBytes()) {
            return "it sent back " + server.returned() + " bytes, but " + client.receivedBytes() + " arrived";
        }
        return "";
    }
}
