package io.millrace.lab.system.faults;

import io.millrace.Engine;
import io.millrace.EngineException;
import io.millrace.HostException;
import io.millrace.MillraceConfig;
import io.millrace.lab.system.faults.Faults.Sort;
import io.millrace.lab.system.faults.Faults.Step;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The main class of a process in which every step of an engine's start fails once in each way, and a step of a poller
 * that runs. It prints a line for whatever is wrong afterwards, and how many starts it made at the end.
 */
public final class FaultyStarts {
    private static final int ROUNDS_BEFORE = 2;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(3);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long STOP_S = 10;

    private final MillraceConfig config;
    private final String interfaceName;
    private Leftovers before;
    private int failed;
    private int tolerated;

    private FaultyStarts(Path config, String interfaceName) {
        this.config = MillraceConfig.load(config);
        this.interfaceName = interfaceName;
    }

    /** @param arguments the config, and its interface */
    public static void main(String[] arguments) {
        new FaultyStarts(Path.of(arguments[0]), arguments[1]).run();
    }

    private void run() {
        for (int i = 0; i < ROUNDS_BEFORE; i++) { // loads classes and libraries, which stay
            start().close();
        }
        Engine[] engine = new Engine[1];
        List<Step> all = Faults.record(() -> engine[0] = start());
        engine[0].close();
        Faults.skipWarmUp(true);
        List<Step> steps = Faults.record(() -> engine[0] = start());
        engine[0].close();
        before = Leftovers.now(interfaceName);
        steps.forEach(this::failAt);
        Faults.skipWarmUp(false);
        List<Step> ofWarmUp = all.stream()
                .filter(step -> steps.stream().noneMatch(other -> other.call().equals(step.call())))
                .toList();
        ofWarmUp.forEach(this::failAt);
        for (Sort sort : Sort.values()) {
            failWhileRunning(sort);
        }
        System.out.println("done: " + (steps.size() + ofWarmUp.size()) + " steps, " + failed + " starts failed, "
                + tolerated + " went on without");
    }

    private Engine start() {
        return Engine.builder(config).start();
    }

    private void failAt(Step step) {
        System.out.println(step); // whoever waits sees that it goes on
        for (Sort sort : Sort.values()) {
            failAt(step, sort);
        }
    }

    private void failAt(Step step, Sort sort) {
        String what = step + " " + sort;
        Faults.arm(step, sort);
        try (Engine engine = start()) {
            Throwable thrown = Faults.disarm();
            if (thrown == null) {
                System.out.println("NOT REACHED " + what);
            } else if (engine.awaitStop(sort == Sort.OUT_OF_MEMORY ? STOP_S : 0, TimeUnit.SECONDS)) {
                checkCause(what, engine.failure(), thrown);
                failed++;
            } else {
                tolerated++;
                if (sort == Sort.OUT_OF_MEMORY) {
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
            } else if (Faults.disarm() instanceof Error thrown) { // a poller that does not sleep calls nobody
                System.out.println("WRONG " + what + ": the engine goes on, thrown " + thrown);
            }
        } catch (EngineException | InterruptedException e) {
            checkCause(what, e, Faults.disarm());
        }
        checkLeftovers(what);
    }

    /** What the caller is told either explains what the host refused, or is or has among its causes what failed. */
    private static void checkCause(String what, Throwable told, Throwable thrown) {
        boolean isExplained = told instanceof HostException && !(thrown instanceof Error);
        if (thrown == null || !isExplained && !has(told, thrown)) {
            System.out.println("WRONG " + what + ": told " + told + ", thrown " + thrown);
        } else if (!isExplained && !String.valueOf(told.getMessage()).contains(thrown.getMessage())) {
            System.out.println("WRONG " + what + ": the message is " + told);
        }
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
