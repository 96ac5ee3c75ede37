package io.millrace.core;

import io.millrace.Engine;
import io.millrace.HostException;
import io.millrace.Stage;
import io.millrace.TransmitListener;
import io.millrace.bindings.MissingLibraryException;
import io.millrace.core.config.EngineConfig;
import io.millrace.core.link.LinkMonitor;
import io.millrace.spi.EngineLog;
import java.util.Objects;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;

/** Puts a {@link RunningEngine} together. Not thread-safe. */
public final class EngineBuilder implements Engine.Builder {
    private static final Logger LOG = EngineLog.of(Engine.class);

    private final EngineConfig config;
    private final OwnStages stages = new OwnStages();
    private final TransmitListeners listeners = new TransmitListeners();
    private NanoClock clock = SystemNanoClock.INSTANCE;

    public EngineBuilder(EngineConfig config) {
        this.config = config;
    }

    @Override
    public Engine.Builder stage(String name, Stage stage) {
        stages.add(name, stage);
        return this;
    }

    @Override
    public Engine.Builder stagePerPoller(String name, Supplier<Stage> maker) {
        stages.add(name, maker);
        return this;
    }

    @Override
    public Engine.Builder onTransmitted(String port, TransmitListener listener) {
        listeners.add(port, listener);
        return this;
    }

    @Override
    public Engine.Builder clock(NanoClock stageClock) {
        clock = Objects.requireNonNull(stageClock, "clock");
        return this;
    }

    @Override
    public Engine start() {
        if (stages.count() == 0) {
            config.requireStages();
        }
        JvmOptions.require(config);
        config.warnings().forEach(LOG::warn);
        try {
            return start(LinkMonitor.open(config.ports()));
        } catch (IllegalCallerException | LinkageError e) {
            throw JvmOptions.explained(e, config);
        }
    }

    private Engine start(LinkMonitor links) {
        try {
            return new RunningEngine(EngineAssembly.assemble(config, stages, listeners, clock), links);
        } catch (MissingLibraryException e) {
            new CleanUp(e).step(links::close);
            throw new HostException(e.getMessage(), e);
        } catch (Throwable e) {
            new CleanUp(e).step(links::close);
            throw e;
        }
    }
}
