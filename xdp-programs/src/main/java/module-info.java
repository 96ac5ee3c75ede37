/** The programs that sort frames in the kernel, for ports of type {@code af-xdp} alone. */
module millrace.xdp {
    requires millrace.bindings;
    requires org.slf4j;

    exports io.millrace.xdp to
            millrace.afxdp;
}
