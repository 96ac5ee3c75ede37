package io.millrace.lab.system.faults;

import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.libc.libc_h;
import java.io.IOException;
import java.lang.reflect.Field;
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
        /** By what is neither an exception nor an error, so that nothing less than a catch of all stops it. */
        UNFORESEEN,
        OUT_OF_MEMORY
    }

    /** Thrown where nobody expects anything. */
    private static final class Unforeseen extends Throwable {
        private static final long serialVersionUID = 1;

        Unforeseen(String message) {
            super(message);
        }
    }

    /**
     * A place in the engine's code where it calls what may fail.
     *
     * @param call  class, line, and what is called
     * @param times how often a start came there
     */
    record Place(String call, int times) {
        private static final String OF_MEMORY = ".* (Arena|ByteBuffer|Thread[$\\w]*)[.]\\w+";

        /** What can't be refused can still find no memory. */
        boolean canBeRefused() {
            return !call.matches(OF_MEMORY);
        }

        Step first() {
            return new Step(call, 1);
        }

        Step last() {
            return new Step(call, times);
        }
    }

    /**
     * The n-th time that the engine comes to a call.
     *
     * @param call   see {@link Place}
     * @param number counted from 1
     */
    record Step(String call, int number) {
        private static final String OF_FILES = ".* (Files|FileChannel)[.]\\w+";

        private Throwable fault(Sort sort) {
            String message = "made to fail: " + call;
            return switch (sort) {
                case REFUSED ->
                    call.matches(OF_FILES)
                            ? new IOException(message)
                            : new SystemCallException(message, libc_h.ENOMEM());
                case UNFORESEEN -> new Unforeseen(message);
                case OUT_OF_MEMORY -> new OutOfMemoryError(message);
            };
        }
    }

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

    /** Has the next start do all of its warm-up, though earlier starts of the process had one like it. */
    static void forgetWarmUps() {
        try {
            Field run = Class.forName("io.millrace.core.WarmUp").getDeclaredField("RUN");
            run.setAccessible(true);
            ((Map<?, ?>) run.get(null)).clear();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
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
            thrown = new Step(call, number).fault(sort);
            return thrown;
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwAnyway(Throwable fault) throws T {
        throw (T) fault;
    }

    /** The places that an action comes to. */
    static List<Place> record(Runnable action) {
        synchronized (LOCK) {
            COUNTS.clear();
            recorded = new LinkedHashSet<>();
            on = true;
        }
        action.run();
        synchronized (LOCK) {
            on = false;
            List<Place> places = recorded.stream()
                    .map(call -> new Place(call, COUNTS.get(call)))
                    .toList();
            recorded = null;
            return places;
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
