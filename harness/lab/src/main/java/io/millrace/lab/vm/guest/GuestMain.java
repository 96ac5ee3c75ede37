package io.millrace.lab.vm.guest;

import io.millrace.lab.vm.GuestEvent;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The guest's only program. It writes one line for each {@link GuestEvent} to its standard output, which is a serial
 * line of its own, and its log to the console. Arguments are parts of names of checks; without any it does
 * all.
 */
public final class GuestMain {
    /** Slow enough for a card's ring to hold what comes while an emulated CPU is elsewhere. */
    private static final int PACE = 1_000;
    /** The checks that have ended: an earlier JVM may have crashed, and this one goes on where that was. */
    private static final Path DONE = Path.of("/tmp/done");

    private final PrintStream host;
    private final List<String> wanted;

    private GuestMain(PrintStream host, List<String> wanted) {
        this.host = host;
        this.wanted = wanted;
    }

    /** Does what is wanted and ends. */
    public static void main(String[] args) {
        new GuestMain(System.out, List.of(args)).run();
    }

    private void run() {
        tell(
                GuestEvent.Kind.START,
                Map.of(
                        "kernel",
                        System.getProperty("os.version"),
                        "java",
                        Runtime.version().toString()));
        try {
            GuestNetwork network = new GuestNetwork();
            for (GuestCheck check : checks()) {
                if (isWanted(check) && !done().contains(check.name())) {
                    run(check, network);
                    Files.writeString(DONE, check.name() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                }
            }
            tell(GuestEvent.Kind.END, Map.of());
        } catch (RuntimeException | IOException e) {
            e.printStackTrace();
            tell(GuestEvent.Kind.FAILED, Map.of("text", e.getMessage()));
        }
    }

    private boolean isWanted(GuestCheck check) {
        return wanted.isEmpty() || wanted.stream().anyMatch(part -> check.name().contains(part));
    }

    private static List<String> done() throws IOException {
        return Files.exists(DONE) ? Files.readAllLines(DONE) : List.of();
    }

    private static List<GuestCheck> checks() {
        List<GuestCheck> checks = new ArrayList<>(List.of(
                new IntactFrames("inline", 64, 0),
                new IntactFrames("pipelined", 1_514, 0),
                new IntactFrames("inline", 128, PACE),
                new IntactFrames("pipelined", 64, PACE),
                new ReceiveRates(),
                Echo.in("inline"),
                Echo.in("pipelined"),
                new TransmitTimes("zero-copy"),
                new TransmitTimes("copy"),
                new BusyPolling(),
                new SharedUmem("inline"),
                new SharedUmem("pipelined"),
                new DriverLimits(),
                new LongFrames(),
                new LoneFrames(),
                new StarvedDriver(),
                new PassedFrames(),
                new ReopenedQueue(),
                new BondedFrames()));
        KernelCaseCheck.all().forEach(checks::add);
        return checks;
    }

    private void run(GuestCheck check, GuestNetwork network) {
        tell(GuestEvent.Kind.CHECKING, Map.of("name", check.name()));
        Findings findings = new Findings();
        long startNs = System.nanoTime();
        try {
            check.run(network, findings);
        } catch (Exception e) {
            e.printStackTrace();
            findings.expect(false, "%s", e);
        }
        findings.rates()
                .forEach((path, rate) ->
                        tell(GuestEvent.Kind.RATE, Map.of("path", path.name(), "frames_per_second", rate)));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", check.name());
        fields.put("duration_ns", System.nanoTime() - startNs);
        fields.putAll(findings.fields());
        tell(GuestEvent.Kind.CHECK, fields);
    }

    private void tell(GuestEvent.Kind kind, Map<String, Object> fields) {
        host.println(new GuestEvent(kind, fields).line());
        host.flush();
    }
}
