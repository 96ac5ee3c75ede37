/**
 * What a program that embeds the engine requires: the API, the flyweights, and the engine with its kinds of ports and
 * the statistics that only some of them have.
 */
module millrace.engine {
    requires transitive millrace.afxdp;
    requires transitive millrace.api;
    requires transitive millrace.wire;
    requires millrace.core;
    requires millrace.sim;
    requires millrace.sockets;
}
