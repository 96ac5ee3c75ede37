/** The engine itself, which programs reach by the API alone, and what a kind of port implements. */
module millrace.core {
    requires transitive millrace.api;
    requires transitive millrace.ring;
    requires transitive org.slf4j;
    requires com.lmax.disruptor;
    requires jdk.management;
    requires millrace.bindings;
    requires millrace.wire;

    exports io.millrace.spi;
    exports io.millrace.spi.config;
    exports io.millrace.spi.counters;

    uses io.millrace.spi.PortType;

    provides io.millrace.EngineProvider with
            io.millrace.core.CoreProvider;
}
