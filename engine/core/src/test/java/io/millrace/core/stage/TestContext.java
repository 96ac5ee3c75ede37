package io.millrace.core.stage;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.millrace.StageContext;
import java.util.List;

/** What a stage under test is configured with; a port's id is its place in the list. */
record TestContext(List<String> ports) implements StageContext {

    @Override
    public String stageName() {
        return "under-test";
    }

    @Override
    public Config config() {
        return ConfigFactory.empty();
    }

    @Override
    public int portId(String portName) {
        if (!ports.contains(portName)) {
            throw new IllegalArgumentException("no port " + portName);
        }
        return ports.indexOf(portName);
    }
}
