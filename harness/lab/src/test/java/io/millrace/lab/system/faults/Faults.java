package io.millrace.lab.system.faults;

import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.libc.libc_h;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which of the steps that {@link FailingCalls} finds fails, and how. Any thread. */
public final class Faults {
    private static final Object LOCK = new Object();

    /** A call that fails. */
    enum Sort {
        /** As when the kernel refuses. */
        REFUSED,
        /** Thrown where the compiler expects none, as Panama and reflection may do. */
        CHECKED,
        OUT_OF_MEMORY
    }

    /**
     * The n-th time that the engine comes to a call.
     *
     * @param call   class, line, and what is called
     * @param number counted from 1
     */
    record Step(String call, int number) {}

    private static volatile boolean on;
    private static volatile boolean skipsWarmUp;
    private static final Map<String, Integer> COUNTS = new HashMap<>();
    private static Set<String> recorded;
    private static Step target;
    private static String targetThread;
    private static Sort sort;
    private static Throwable thrown;

    private Faults() {}

    /** What each step calls first. */
    public static void step(String call) {
        if (on) {
            Throwable fault = fault(call);
            if (fault != null) {
                throwAnyway(fault);
            }
        }
    }

    /** Whether the next starts leave out the warm-up, which takes most of their time; asked by that. */
    public static boolean skipsWarmUp() {
        return skipsWarmUp;
    }

    static void skipWarmUp(boolean skip) {
        skipsWarmUp = skip;
    }

    private static Throwable fault(String call) {
        synchronized (LOCK) {
            if (!on) {
                return null;
            }
            int number = COUNTS.merge(call, 1, Integer::sum);
            if (recorded != null) {
                recorded.add(call);
                return null;
            }
            boolean isIt = targetThread == null
                    ? target.call.equals(call) && target.number == number
                    : Thread.currentThread().getName().equals(targetThread);
            if (!isIt) {
                return null;
            }
            on = false;
            thrown = switch (sort) {
                case REFUSED -> new SystemCallException("made to fail: " + call, libc_h.ENOMEM());
                case CHECKED -> new IOException("made to fail: " + call);
                case OUT_OF_MEMORY -> new OutOfMemoryError("made to fail: " + call);
            };
            return thrown;
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwAnyway(Throwable fault) throws T {
        throw (T) fault;
    }

    /** The calls that an action comes to: of each the first one, and the last one where there are several. */
    static List<Step> record(Runnable action) {
        synchronized (LOCK) {
            COUNTS.clear();
            recorded = new LinkedHashSet<>();
            on = true;
        }
        action.run();
        synchronized (LOCK) {
            on = false;
            List<Step> steps = new ArrayList<>();
            for (String call : recorded) {
                int last = COUNTS.get(call);
                steps.add(new Step(call, 1));
                if (last > 1) {
                    steps.add(new Step(call, last));
                }
            }
            recorded = null;
            return steps;
        }
    }

    /** Has a step fail, once. */
    static void arm(Step step, Sort how) {
        arm(step, null, how);
    }

    /** Has the next call of a thread fail, once. */
    static void armNext(String thread, Sort how) {
        arm(null, thread, how);
    }

    private static void arm(Step step, String thread, Sort how) {
        synchronized (LOCK) {
            COUNTS.clear();
            target = step;
            targetThread = thread;
            sort = how;
            thrown = null;
            on = true;
        }
    }

    /** Has nothing fail any more; returns what has been thrown since it was armed, or null. */
    static Throwable disarm() {
        synchronized (LOCK) {
            on = false;
            return thrown;
        }
    }
}
