/** Ports of type {@code af-xdp}, which the core finds as a service, and the statistics that only they have. */
module millrace.afxdp {
    requires transitive millrace.api;
    requires millrace.bindings;
    requires millrace.core;
    requires millrace.wire;
    requires millrace.xdp;

    exports io.millrace.afxdp.statistics;

    provides io.millrace.spi.PortType with
            io.millrace.afxdp.AfXdpType;
}
