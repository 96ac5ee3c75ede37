package io.millrace.harness.demo;

import io.millrace.harness.traffic.EchoCounts;
import io.millrace.harness.traffic.EchoReport;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where every frame went. Between any two counters on its way stand the counters of whoever may drop it there; what
 * they do not explain is unaccounted for, and should be nothing.
 *
 * <pre>
 *   sent -> veth -> XDP matched -> RX ring: engine's rx -> engine's tx -> veth -> XDP matched -> RX ring: received
 * </pre>
 *
 * @param losses      frames by the counter that has them; those of 0 are left out
 * @param unaccounted frames that no counter has, or that two have
 */
record Accounting(Map<String, Long> losses, long unaccounted) {
    /**
     * @param droppedToEngine what the driver's end of the veth pair dropped
     * @param droppedToDriver what the engine's end dropped
     */
    static Accounting of(EchoReport driver, EngineResult engine, long droppedToEngine, long droppedToDriver) {
        Ledger ledger = new Ledger();
        EchoCounts counts = driver.counts();
        long matched = engine.port("xdp.matched");
        ledger.losses("driver.tx_invalid", driver.kernel().txInvalidDescs());
        ledger.wire("veth.to_engine", counts.sent() - driver.kernel().txInvalidDescs() - matched, droppedToEngine);
        ledger.step(matched - engine.port("rx_frames"), "engine.kernel", engine, "rx_dropped", "rx_ring_full");
        ledger.step(engine.port("rx_frames") - engine.port("forwarded") - engine.port("consumed"), "engine.dropped",
            engine, "by_stage", "tx_full", "invalid", "at_stop");
        ledger.losses("engine.consumed", engine.port("consumed"));
        long transmitted = engine.port("tx_frames") - engine.port("kernel.tx_invalid_descs");
        ledger.exact(engine.port("forwarded") - engine.port("tx_frames"));
        ledger.losses("engine.kernel.tx_invalid_descs", engine.port("kernel.tx_invalid_descs"));
        ledger.wire("veth.to_driver", transmitted - driver.matched(), droppedToDriver);
        long arrived = counts.received() + counts.corrupted() + counts.duplicated();
        ledger.exact(driver.matched() - arrived - driver.kernel().rxDropped() - driver.kernel().rxRingFull());
        ledger.losses("driver.kernel.rx_dropped", driver.kernel().rxDropped());
        ledger.losses("driver.kernel.rx_ring_full", driver.kernel().rxRingFull());
        return new Accounting(ledger.losses, ledger.unaccounted);
    }

    boolean balanced() {
        return unaccounted == 0;
    }

    /** Frames that a counter has. */
    long lost() {
        return losses.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Goes from counter to counter. */
    private static final class Ledger {
        private final Map<String, Long> losses = new LinkedHashMap<>();
        private long unaccounted;

        void losses(String name, long frames) {
            if (frames != 0) {
                losses.put(name, frames);
            }
        }

        void exact(long difference) {
            unaccounted += Math.abs(difference);
        }

        /** Frames that the named counters of a group have to have, exactly. */
        void step(long missing, String group, EngineResult engine, String... names) {
            long named = 0;
            for (String name : names) {
                long frames = engine.port(group.substring("engine.".length()) + "." + name);
                losses(group + "." + name, frames);
                named += frames;
            }
            exact(missing - named);
        }

        /** Frames that a veth may have dropped; its counter has other traffic's too. */
        void wire(String name, long missing, long dropped) {
            long explained = Math.clamp(missing, 0, dropped);
            losses(name, explained);
            exact(missing - explained);
        }
    }
}
