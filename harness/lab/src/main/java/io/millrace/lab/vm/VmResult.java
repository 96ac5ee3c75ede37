package io.millrace.lab.vm;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What came of it, gathered from the guest's events as they come. Used by one thread only. */
public final class VmResult {
    private static final int VERSION = 1;

    private final Map<String, Object> setUp = new LinkedHashMap<>();
    private final List<Map<String, Object>> checks = new ArrayList<>();
    private final Map<RatePath, Double> rates = new EnumMap<>(RatePath.class);
    private final List<String> problems = new ArrayList<>();
    private int boots = 1;
    private int starts;
    private boolean started;
    private boolean brokeOff;
    private boolean gaveUp;
    private boolean ended;

    /** Notes what the test ran on. */
    void ranOn(String what, Object value) {
        setUp.put(what, value);
    }

    /** Takes note of an event. */
    void note(GuestEvent event) {
        switch (event.kind()) {
            case START -> {
                started = true;
                starts++;
                setUp.put("guest_kernel", event.text("kernel"));
                setUp.put("guest_java", event.text("java"));
            }
            case CHECKING -> {}
            case CHECK -> {
                checks.add(event.fields());
                if (!event.flag("passed")) {
                    problems.add(event.text("name") + ": " + event.text("detail"));
                }
            }
            case RATE -> rates.put(RatePath.valueOf(event.text("path")), event.number("frames_per_second"));
            case FAILED -> {
                ended = true;
                problems.add("the guest can't go on: " + event.text("text"));
            }
            case END -> ended = true;
        }
    }

    /** Notes that the machine went off, or was put off. */
    void wentOff(boolean byItself, long limitS) {
        gaveUp = !byItself || !ended;
        if (!byItself) {
            problems.add("the guest was not done after " + limitS + " s; give it more with --timeout");
        } else if (!ended) {
            brokeOff = true;
            problems.add(
                    started ? "the guest ended in the middle of a check" : "the guest went off before its Java ran");
        }
    }

    /**
     * Returns whether the guest went off by itself before it was done, without a word why: its kernel panicked, or its
     * JVM crashed.
     */
    boolean brokeOff() {
        return brokeOff;
    }

    /** Returns whether it came to no end, and what it did check held. */
    boolean unfinished() {
        return gaveUp && problems.size() == 1;
    }

    /** Forgets a boot that came to nothing; what checks found wrong stays. */
    void startAgain() {
        boots++;
        started = false;
        brokeOff = false;
        gaveUp = false;
        checks.removeIf(check -> Boolean.TRUE.equals(check.get("passed")));
        rates.clear();
        problems.removeLast();
    }

    /** Returns whether everything held. */
    public boolean passed() {
        return ended && problems.isEmpty();
    }

    /** The checks that failed. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** Returns whether the rates were measured. */
    public boolean hasRates() {
        return rates.size() == RatePath.values().length;
    }

    /** Frames a second received and dropped; 0 if that was not measured. */
    public double rate(RatePath path) {
        return rates.getOrDefault(path, 0.0);
    }

    /** The rate without copies to another one; 0 unless both were measured. */
    public double ratio(RatePath path) {
        return rate(path) == 0 ? 0 : rate(RatePath.ZERO_COPY) / rate(path);
    }

    /** Writes the result for {@code --json}. */
    public Map<String, Object> json() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("version", VERSION);
        tree.put("passed", passed());
        tree.put("boots", boots);
        tree.put("java_starts", starts);
        tree.putAll(setUp);
        Map<String, Object> rateTree = new LinkedHashMap<>();
        rates.forEach((path, rate) -> rateTree.put(path.key(), rate));
        tree.put(
                "receive_and_drop",
                Map.of(
                        "frames_per_second",
                        rateTree,
                        "ratio",
                        ratio(RatePath.COPY),
                        "ratio_receiver",
                        ratio(RatePath.COPY_RECEIVED)));
        tree.put("checks", checks);
        tree.put("problems", problems);
        return tree;
    }
}
