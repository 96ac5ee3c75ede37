package io.millrace.lab.bench;

import java.io.IOException;
import java.nio.file.Path;

/** Takes a turn of a contender, from its start to its end; each family of suites has one. */
interface Turn {
    /**
     * Takes a turn.
     *
     * @param folder for files, the caller's to remove
     */
    Round take(Contender contender, Path folder) throws IOException, InterruptedException;
}
