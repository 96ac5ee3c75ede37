/** System calls, liburing and libbpf. All of it is for Millrace's own modules, each of which gets what it calls. */
module millrace.bindings {
    exports io.millrace.bindings to
            millrace.ring,
            millrace.xdp,
            millrace.core,
            millrace.afxdp,
            millrace.sockets;
    exports io.millrace.bindings.bpf to
            millrace.xdp;
    exports io.millrace.bindings.libc to
            millrace.ring,
            millrace.xdp,
            millrace.core,
            millrace.afxdp,
            millrace.sockets;
    exports io.millrace.bindings.uring to
            millrace.ring,
            millrace.sockets;
    exports io.millrace.bindings.xdp to
            millrace.xdp,
            millrace.afxdp;
    exports io.millrace.text to
            millrace.xdp,
            millrace.core;
}
