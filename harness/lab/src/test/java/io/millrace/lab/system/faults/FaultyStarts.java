package io.millrace.lab.system.faults;

import io.millrace.Engine;
import io.millrace.EngineException;
import io.millrace.HostException;
import io.millrace.MillraceConfig;
import io.millrace.lab.system.faults.Faults.Place;
import io.millrace.lab.system.faults.Faults.Sort;
import io.millrace.lab.system.faults.Faults.Step;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The main class of a process in which each place where an engine's start calls what may fail does fail: as refused the
 * first time that the start comes there, and as nobody foresees the last time, when most has been opened; memory and
 * threads lack the last time. A place that starts of several configs share fails in one of them. A call of a poller
 * that runs fails in each way. It prints a line for whatever is wrong afterwards, and how many starts it made at the
 * end.
 */
public final class FaultyStarts {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(3);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long STOP_S = 10;

    private final MillraceConfig config;
    private final String interfaceName;
    private final Set<String> seen;
    private Leftovers before;
    private int failed;
    private int tolerated;
    private int missed;

    private FaultyStarts(Path config, String interfaceName, Set<String> seen) {
        this.config = MillraceConfig.load(config);
        this.interfaceName = interfaceName;
        this.seen = seen;
    }

    /** @param arguments the interface, and configs */
    public static void main(String[] arguments) {
        Set<String> seen = new HashSet<>();
        for (int i = 1; i < arguments.length; i++) {
            new FaultyStarts(Path.of(arguments[i]), arguments[0], seen).run();
        }
    }

    private void run() {
        long startNs = System.nanoTime();
        start().close(); // loads classes and libraries, which stay
        List<Place> all = places(false);
        List<Place> withoutWarmUp = places(true);
        before = Leftovers.now(interfaceName);
        withoutWarmUp.stream().filter(place -> seen.add(place.call())).forEach(this::failAt);
        Faults.skipWarmUp(false);
        all.stream().filter(place -> seen.add(place.call())).forEach(this::failAt);
        Faults.skipWarmUp(true);
        for (Sort sort : Sort.values()) {
            failWhileRunning(sort);
        }
        System.out.println("done: " + failed + " starts failed, " + tolerated + " went on without, " + missed
                + " did not get there, in " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs) + " ms");
    }

    /** Where a start gets to; the warm-up takes most of its time. */
    private List<Place> places(boolean skipsWarmUp) {
        Faults.skipWarmUp(skipsWarmUp);
        Faults.forgetWarmUps();
        Engine[] engine = new Engine[1];
        List<Place> places = Faults.record(() -> engine[0] = start());
        engine[0].close();
        return places;
    }

    private Engine start() {
        return Engine.builder(config).start();
    }

    private void failAt(Place place) {
        System.out.println(place); // whoever waits sees that it goes on
        if (place.canBeRefused()) {
            failAt(place.first(), Sort.REFUSED);
            failAt(place.last(), Sort.UNFORESEEN);
        } else {
            failAt(place.last(), Sort.OUT_OF_MEMORY);
        }
    }

    private void failAt(Step step, Sort sort) {
        String what = step + " " + sort;
        Faults.forgetWarmUps();
        Faults.arm(step, sort);
        try (Engine engine = start()) {
            Throwable thrown = Faults.disarm();
            if (thrown == null) {
                missed++;
            } else if (engine.awaitStop(sort == Sort.REFUSED ? 0 : STOP_S, TimeUnit.SECONDS)) {
                checkCause(what, engine.failure(), thrown);
                failed++;
            } else {
                tolerated++;
                if (sort != Sort.REFUSED) {
                    System.out.println("WRONG " + what + ": the engine started all the same");
                }
            }
        } catch (Throwable e) {
            checkCause(what, e, Faults.disarm());
            failed++;
        }
        checkLeftovers(what);
    }

    private void failWhileRunning(Sort sort) {
        String what = "poller " + sort;
        try (Engine engine = start()) {
            Faults.armNext("mr-poller", sort);
            if (engine.awaitStop(STOP_S, TimeUnit.SECONDS)) {
                checkCause(what, engine.failure(), Faults.disarm());
            } else if (isFatal(Faults.disarm())) { // a poller that does not sleep calls nobody
                System.out.println("WRONG " + what + ": the engine goes on");
            }
        } catch (EngineException | InterruptedException e) {
            checkCause(what, e, Faults.disarm());
        }
        checkLeftovers(what);
    }

    /** What the caller is told either explains what the host refused, or is or has among its causes what failed. */
    private static void checkCause(String what, Throwable told, Throwable thrown) {
        boolean isExplained = told instanceof HostException && !isFatal(thrown);
        if (thrown == null || !isExplained && !has(told, thrown)) {
            System.out.println("WRONG " + what + ": told " + told + ", thrown " + thrown);
        } else if (!isExplained && !String.valueOf(told.getMessage()).contains(thrown.getMessage())) {
            System.out.println("WRONG " + what + ": the message is " + told);
        }
    }

    /** Whether nobody can go on, or explain it. */
    private static boolean isFatal(Throwable thrown) {
        return thrown != null && !(thrown instanceof Exception);
    }

    private static boolean has(Throwable told, Throwable thrown) {
        for (Throwable e = told; e != null; e = e.getCause()) {
            if (e == thrown) {
                return true;
            }
        }
        return false;
    }

    private void checkLeftovers(String what) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        Leftovers now = Leftovers.now(interfaceName);
        while (!now.equals(before) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOOK_NS);
            now = Leftovers.now(interfaceName);
        }
        if (!now.equals(before)) {
            System.out.println("WRONG " + what + ": " + now.differences(before));
            before = now; // the next steps may leave something, too
        }
    }
}
