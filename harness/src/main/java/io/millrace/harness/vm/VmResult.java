package io.millrace.harness.vm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What came of it, gathered from the guest's events as they come. One thread. */
public final class VmResult {
    /** Zero-copy mode is worth its name from here on: what a driver copies costs it this much. */
    static final double LEAST_RATIO = 3;
    private static final int VERSION = 1;

    private final Map<String, Object> setUp = new LinkedHashMap<>();
    private final List<Map<String, Object>> checks = new ArrayList<>();
    private final Map<String, Double> rates = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private boolean started;
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
                setUp.put("guest_kernel", event.text("kernel"));
                setUp.put("guest_java", event.text("java"));
            }
            case CHECKING -> { }
            case CHECK -> {
                checks.add(event.fields());
                if (!event.flag("passed")) {
                    problems.add(event.text("name") + ": " + event.text("detail"));
                }
            }
            case RATE -> rates.put(event.text("copy"), event.number("frames_per_second"));
            case FAILED -> problems.add("the guest can't go on: " + event.text("text"));
            case END -> {
                ended = true;
                judgeRatio();
            }
        }
    }

    private void judgeRatio() {
        if (rates.size() == 2 && ratio() < LEAST_RATIO) {
            problems.add(String.format("zero-copy receives %.1f times as much as copy mode, and should %.0f times",
                ratio(), LEAST_RATIO));
        }
    }

    /** Notes that the machine went off, or was put off. */
    void wentOff(boolean byItself, long limitS) {
        if (!byItself) {
            problems.add("the guest was not done after " + limitS + " s; give it more with --timeout");
        } else if (!ended && problems.isEmpty()) {
            problems.add(started ? "the guest ended in the middle of a check"
                : "the guest went off before its Java ran");
        }
    }

    /** Whether the guest said so much as that it runs. */
    boolean started() {
        return started;
    }

    /** Whether everything held. */
    public boolean passed() {
        return ended && problems.isEmpty();
    }

    /** What did not hold. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** Frames a second received and dropped, by copy mode; of those that were measured. */
    public Map<String, Double> rates() {
        return Map.copyOf(rates);
    }

    /** Zero-copy to copy; 0 unless both were measured. */
    public double ratio() {
        double copy = rates.getOrDefault("copy", 0.0);
        return copy == 0 ? 0 : rates.getOrDefault("zero-copy", 0.0) / copy;
    }

    /** For {@code --json}. */
    public Map<String, Object> json() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("version", VERSION);
        tree.put("passed", passed());
        tree.putAll(setUp);
        tree.put("receive_and_drop", Map.of("frames_per_second", rates, "ratio", ratio()));
        tree.put("checks", checks);
        tree.put("problems", problems);
        return tree;
    }
}
