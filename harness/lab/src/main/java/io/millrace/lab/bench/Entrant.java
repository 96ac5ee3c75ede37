package io.millrace.lab.bench;

/**
 * A contender of the latency suite, where those of AF_XDP and of UDP meet.
 *
 * @param name      in the results
 * @param suite     how it echoes
 * @param contender who it is
 */
record Entrant(String name, Suite suite, Contender contender) {
    static Entrant of(Suite suite, Contender contender) {
        boolean isPlainUdp = suite == Suite.UDP_ECHO && contender.name().equals("engine");
        return new Entrant(isPlainUdp ? "engine-udp" : contender.name(), suite, contender);
    }
}
