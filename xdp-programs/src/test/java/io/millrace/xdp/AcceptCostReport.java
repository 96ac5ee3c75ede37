package io.millrace.xdp;

import static io.millrace.xdp.Frames.ethernet;
import static io.millrace.xdp.Frames.ipv6;
import static io.millrace.xdp.Frames.udp;
import static io.millrace.xdp.Frames.udp4;

import io.millrace.bindings.Libc;
import io.millrace.bindings.libc.libc_h;
import io.millrace.testing.RootOnly;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Prints what the program costs per frame. Runs only by name: {@code mvn -pl xdp-programs -am test
 * -Dtest=AcceptCostReport -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@RootOnly
class AcceptCostReport {

    private static final int RUNS = 2_000_000;
    private static final int REPEATS = 7;

    private static final byte[] ACCEPTED = udp4("10.1.0.7", 4000, 20_007);
    private static final byte[] OTHER_PORT = udp4("10.1.0.7", 4000, 53);
    private static final byte[] ACCEPTED_6 = ethernet(0x86dd, ipv6(17, "fd00:1::7", udp(4000, 20_007)));

    @Test
    void printCost() {
        System.out.printf("%-48s %10s %10s %10s %10s%n", "rules", "accepted", "left", "IPv6", "load ms");
        report("[] (accept all)", List.of());
        report("1 port range", rules(Stream.of("udp dst port 20000-30000")));
        report("10 ports", rules(IntStream.range(0, 10).mapToObj(i -> "udp dst port " + (20_000 + i))));
        report("10,000 ports", rules(IntStream.range(0, 10_000).mapToObj(i -> "udp dst port " + (20_000 + i))));
        report("10 hosts", rules(IntStream.range(0, 10).mapToObj(i -> "udp dst host " + host(i))));
        report("10,000 hosts", rules(IntStream.range(0, 10_000).mapToObj(i -> "udp dst host " + host(i))));
        report(
                "10,000 hosts with a port each",
                rules(IntStream.range(0, 10_000)
                        .mapToObj(i -> "udp dst host " + host(i) + " dst port " + (20_000 + i))));
        report(
                "10,000 hosts v4, 10,000 v6, 4 shapes",
                rules(Stream.of(
                                IntStream.range(0, 10_000).mapToObj(i -> "udp dst host " + host(i)),
                                IntStream.range(0, 10_000)
                                        .mapToObj(i -> "udp dst host fd00:1::" + Integer.toHexString(i)),
                                Stream.of("tcp dst port 179", "arp", "udp src net 10.9.0.0/16 dst port 514"))
                        .flatMap(s -> s)));
    }

    private static String host(int i) {
        return "10.1." + i / 250 + "." + i % 250;
    }

    private static List<AcceptRule> rules(Stream<String> texts) {
        return texts.map(AcceptRule::parse).toList();
    }

    private static void report(String title, List<AcceptRule> rules) {
        int socket = Libc.socket(libc_h.AF_XDP(), libc_h.SOCK_RAW(), 0);
        long startNs = System.nanoTime();
        try (XdpProgram program = XdpProgram.load(rules, 1);
                ProgramRun run = new ProgramRun(program.programFd())) {
            long loadMs = (System.nanoTime() - startNs) / 1_000_000;
            program.register(0, socket);
            System.out.printf(
                    "%-48s %7d ns %7d ns %7d ns %10d%n",
                    title, best(run, ACCEPTED), best(run, OTHER_PORT), best(run, ACCEPTED_6), loadMs);
        } finally {
            Libc.close(socket);
        }
    }

    private static int best(ProgramRun run, byte[] frame) {
        return IntStream.range(0, REPEATS)
                .map(i -> run.meanNs(frame, RUNS))
                .min()
                .orElseThrow();
    }
}
