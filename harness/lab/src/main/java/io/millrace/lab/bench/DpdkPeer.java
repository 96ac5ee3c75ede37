package io.millrace.lab.bench;

import com.typesafe.config.Config;
import io.millrace.lab.process.PeerProgram;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * DPDK's testpmd on its af_xdp driver. It tells what it counted in its own words, and does not know all that it missed:
 * the driver leaves out what the RX ring had no room for.
 */
final class DpdkPeer extends PeerContender {
    /** One line for each direction; the first ones are of the port, those that follow of all ports together. */
    private static final Pattern STATISTICS =
            Pattern.compile("RX-packets:\\s*(\\d+).*TX-packets:\\s*(\\d+)\\s+TX-dropped:\\s*(\\d+)", Pattern.DOTALL);

    DpdkPeer(String name, Path lab) {
        super(
                name,
                PeerProgram.DPDK,
                lab,
                Peers.settings("testpmd, af_xdp, burst of 64, polls", "not to be had"),
                false,
                (program, task) -> List.of(
                        program.toString(),
                        task.suite().isEcho() ? "macswap" : "rxonly",
                        task.interfaceName(),
                        Integer.toString(task.queue()),
                        Integer.toString(task.cpu()),
                        task.folder().toString()));
    }

    @Override
    public List<String> translated(List<String> printed) {
        Matcher statistics = STATISTICS.matcher(printed.stream()
                .filter(line -> line.contains("-packets:"))
                .limit(2)
                .collect(Collectors.joining(" ")));
        return !statistics.find()
                ? List.of()
                : List.of(String.format(
                        Locale.ROOT,
                        "{\"rx_frames\":%s,\"tx_frames\":%s,\"tx_failed\":%s}",
                        statistics.group(1),
                        statistics.group(2),
                        statistics.group(3)));
    }

    @Override
    public Counts counts(Suite suite, Config json) {
        Counts told = super.counts(suite, json);
        return new Counts(told.received(), told.returned(), UNKNOWN, told.failed(), told.merged());
    }
}
