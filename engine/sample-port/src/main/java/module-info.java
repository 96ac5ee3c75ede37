/** A kind of port as a third party writes it. */
module com.example.pipe {
    requires transitive millrace.core;

    exports com.example.pipe;

    provides io.millrace.spi.PortType with
            com.example.pipe.PipeType;
}
