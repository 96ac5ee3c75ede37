package io.millrace.lab.bench;

/**
 * A contender of the latency suite, in which AF_XDP and UDP are compared.
 *
 * @param name      its name in the results
 * @param suite     the suite that says how it echoes
 * @param contender the contender
 */
record Entrant(String name, Suite suite, Contender contender) {
    static Entrant of(Suite suite, Contender contender) {
        boolean isPlainUdp = suite == Suite.UDP_ECHO && contender.name().equals("engine");
        return new Entrant(isPlainUdp ? "engine-udp" : contender.name(), suite, contender);
    }
}
