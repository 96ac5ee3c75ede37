/** Ports of types {@code udp} and {@code tcp}, which the core finds as services. */
module millrace.sockets {
    requires millrace.bindings;
    requires millrace.core;

    provides io.millrace.spi.PortType with
            io.millrace.sockets.UdpType,
            io.millrace.sockets.TcpType;
}
