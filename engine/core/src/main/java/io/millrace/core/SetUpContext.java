package io.millrace.core;

import com.typesafe.config.Config;
import io.millrace.ConnectionControl;
import io.millrace.Stage;
import io.millrace.StageContext;
import io.millrace.Timers;
import io.millrace.core.path.OwnWork;
import io.millrace.spi.PortSettings;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The {@link StageContext} that a stage is configured with. A port's id is its place in the config. */
record SetUpContext(String stageName, Config config, List<PortSettings> ports, PortDirectory directory, OwnWork ownWork)
        implements StageContext {
    /** Ends the stage's configuration. */
    LaneStages.Named configured(Stage stage) {
        ownWork.configured();
        return new LaneStages.Named(stageName, stage, ownWork);
    }

    @Override
    public Timers timers() {
        return ownWork.askForTimers();
    }

    @Override
    public void poll(IntSupplier source) {
        ownWork.poll(source);
    }

    @Override
    public ConnectionControl connections() {
        return directory;
    }

    @Override
    public Supplier<InetSocketAddress> localAddress(String portName) {
        int id = portId(portName);
        return () -> directory.localAddress(id);
    }

    @Override
    public int portId(String portName) {
        for (int id = 0; id < ports.size(); id++) {
            if (ports.get(id).name().equals(portName)) {
                return id;
            }
        }
        throw new IllegalArgumentException("there is no port " + portName + "; the ports are "
                + ports.stream().map(PortSettings::name).collect(Collectors.joining(", ")));
    }
}
