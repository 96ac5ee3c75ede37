package io.millrace.lab.system;

import io.millrace.Engine;
import io.millrace.Stage;
import io.millrace.core.config.EngineConfig;
import io.millrace.statistics.PortStatistics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts engines for a test, and closes what the test has opened, the last one first. Used by one thread only. */
abstract class EngineRig implements AutoCloseable {
    private final List<AutoCloseable> opened = new ArrayList<>();

    final Engine start(String config) {
        return start(config, Map.of());
    }

    final Engine start(String config, String stageName, Stage stage) {
        return start(config, Map.of(stageName, stage));
    }

    /** Starts an engine, with stages in front of those of the config. */
    Engine start(String config, Map<String, Stage> stages) {
        return add(startOne(config, stages));
    }

    /** Starts an engine in this thread's network namespace, which the caller closes. */
    static Engine startOne(String config, Map<String, Stage> stages) {
        Engine.Builder builder = Engine.builder(EngineConfig.parse(config));
        stages.forEach(builder::stage);
        return builder.start();
    }

    /** Closes something at the end of the test, before what was added earlier. */
    final <T extends AutoCloseable> T add(T resource) {
        opened.add(resource);
        return resource;
    }

    /** The first port of an engine. */
    static PortStatistics port(Engine engine) {
        return engine.statistics().ports().getFirst();
    }

    /** What the first port of an engine is bound to. */
    static InetSocketAddress address(Engine engine) {
        return address(port(engine));
    }

    static InetSocketAddress address(PortStatistics port) {
        int colon = port.local().lastIndexOf(':');
        String host = port.local().substring(0, colon).replaceAll("[\\[\\]]", "");
        return new InetSocketAddress(
                InetAddress.ofLiteral(host), Integer.parseInt(port.local().substring(colon + 1)));
    }

    /** Closes what has been added so far. */
    final void closeAdded() {
        for (AutoCloseable resource : opened.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new AssertionError("closing " + resource, e);
            }
        }
        opened.clear();
    }

    @Override
    public void close() {
        closeAdded();
    }
}
