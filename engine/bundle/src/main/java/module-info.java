/** What a program that embeds the engine requires: the API, the flyweights, and the engine with its kinds of ports. */
module millrace.engine {
    requires transitive millrace.api;
    requires transitive millrace.wire;
    requires millrace.afxdp;
    requires millrace.core;
    requires millrace.sim;
    requires millrace.sockets;
}
