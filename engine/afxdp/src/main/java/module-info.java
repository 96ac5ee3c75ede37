/** Ports of type {@code af-xdp}, which the core finds as a service. */
module millrace.afxdp {
    requires millrace.bindings;
    requires millrace.core;
    requires millrace.wire;
    requires millrace.xdp;

    provides io.millrace.spi.PortType with
            io.millrace.afxdp.AfXdpType;
}
