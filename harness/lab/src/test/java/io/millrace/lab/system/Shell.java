package io.millrace.lab.system;

import io.millrace.lab.net.Namespace;
import io.millrace.lab.process.Program;

/** Commands of the host, run in a namespace. */
final class Shell {
    private Shell() {}

    /** Runs it to its end, which must be a good one; returns what it printed. */
    static String run(Namespace namespace, String... command) {
        return Program.of(command).startedBy(namespace::start).output("a command of the test has failed");
    }
}
