/** Ports of type {@code memory}, which the core finds as a service, and the wire between them and a program. */
module millrace.sim {
    requires transitive millrace.core;

    exports io.millrace.sim;

    provides io.millrace.spi.PortType with
            io.millrace.sim.MemoryType;
}
