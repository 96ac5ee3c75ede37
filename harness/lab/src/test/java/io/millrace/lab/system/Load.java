package io.millrace.lab.system;

import io.millrace.lab.traffic.KernelTraffic;
import io.millrace.lab.traffic.TrafficPlan;
import io.millrace.lab.traffic.TrafficReport;
import java.util.concurrent.CompletableFuture;

/** Frames that flow in the background until told to stop. */
final class Load implements AutoCloseable {
    private final KernelTraffic traffic;
    private final CompletableFuture<TrafficReport> run;

    private Load(KernelTraffic traffic, TrafficPlan plan) {
        this.traffic = traffic;
        this.run = Await.background(() -> traffic.send(plan));
    }

    static Load flatOut(KernelTraffic traffic) {
        return new Load(traffic, TrafficPlan.endless());
    }

    static Load at(KernelTraffic traffic, double framesPerSecond) {
        return new Load(traffic, TrafficPlan.endless().at(framesPerSecond));
    }

    /** Ends it and says what was sent. */
    TrafficReport stop() {
        awaitEnd();
        return run.join();
    }

    /** Ends it when its interface may be gone: it fails then, and says nothing. */
    void abandon() {
        awaitEnd();
    }

    private void awaitEnd() {
        Await.until("the load ended", () -> {
            traffic.stop(); // told too early, a run goes on
            return run.isDone();
        });
    }

    @Override
    public void close() {
        stop();
    }
}
