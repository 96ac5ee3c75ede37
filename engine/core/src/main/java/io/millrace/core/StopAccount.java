package io.millrace.core;

import io.millrace.statistics.EngineStatistics;
import io.millrace.statistics.PortCounter;
import io.millrace.statistics.PortStatistics;
import io.millrace.statistics.StageStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a stop had to leave undone.
 *
 * @param inTime       whether all frames went their way within {@code drain-timeout}; true, too, if a poller had
 *                     failed, so that no waiting would have helped
 * @param stuckThreads the names of threads in a stage that does not return
 */
record StopAccount(boolean inTime, List<String> stuckThreads) {
    /**
     * Says in one line which frames the stages have not handled, and why; null if the stop was in order.
     *
     * @param last the engine's final statistics
     */
    String problem(EngineStatistics last) {
        long frames = inTime
                ? 0
                : last.ports().stream().mapToLong(StopAccount::unhandled).sum();
        if (frames == 0 && stuckThreads.isEmpty()) {
            return null;
        }
        List<String> parts = new ArrayList<>();
        stuckThreads.forEach(thread -> parts.add("thread " + thread + " does not return from " + keeper(last)));
        if (frames > 0) {
            parts.add(String.format(Locale.ROOT, frames == 1 ? "%,d frame was" : "%,d frames were", frames)
                    + " left when drain-timeout passed" + places(last, frames));
        }
        return String.join(", and ", parts) + "; let stages return and heed interrupts, make them faster, or raise"
                + " engine.drain-timeout";
    }

    private static long unhandled(PortStatistics port) {
        return port.get(PortCounter.DROPPED_AT_STOP) + port.frames().inStages();
    }

    private static String keeper(EngineStatistics last) {
        List<String> names = last.stages().stream()
                .filter(stage -> stage.waiting() > 0)
                .map(StageStatistics::name)
                .toList();
        return names.isEmpty() ? "a stage" : "stage " + String.join(" or ", names);
    }

    private static String places(EngineStatistics last, long frames) {
        List<String> places = new ArrayList<>();
        long others = frames;
        for (StageStatistics stage : last.stages()) {
            long here = stage.left() + stage.waiting();
            if (here > 0) {
                places.add(String.format(Locale.ROOT, "%,d for stage %s", here, stage.name()));
                others -= here;
            }
        }
        if (others > 0 && !places.isEmpty()) {
            places.add(String.format(Locale.ROOT, "%,d that no stage had been handed", others));
        }
        return places.isEmpty() ? "" : " (" + String.join(", ", places) + ")";
    }
}
