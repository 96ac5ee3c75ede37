package io.millrace.lab.demo;

import io.millrace.lab.net.Namespace;
import io.millrace.lab.net.VethPair;

/** Two anonymous network namespaces, one for the driver and one for the engine, and the veth pair between them. */
final class DemoNetwork implements AutoCloseable {
    private final Namespace driver;
    private final Namespace engine;
    private final VethPair pair;

    private DemoNetwork(Namespace driver, Namespace engine, VethPair pair) {
        this.driver = driver;
        this.engine = engine;
        this.pair = pair;
    }

    static DemoNetwork create() {
        Namespace driver = Namespace.create("driver");
        Namespace engine = null;
        try {
            engine = Namespace.create("engine");
            VethPair pair =
                    VethPair.between(driver, engine).names("driver0", "engine0").create();
            return new DemoNetwork(driver, engine, pair);
        } catch (RuntimeException e) {
            driver.close();
            if (engine != null) {
                engine.close();
            }
            throw e;
        }
    }

    VethPair.End driver() {
        return pair.left();
    }

    VethPair.End engine() {
        return pair.right();
    }

    /** Frames that an end could not hand to the other, since it exists. */
    static long droppedBehind(VethPair.End end) {
        return end.counters().txDropped();
    }

    @Override
    public void close() {
        pair.close();
        driver.close();
        engine.close();
    }
}
