package io.millrace.lab.bench;

import java.io.IOException;
import java.nio.file.Path;

/** How one family of suites takes a turn of a contender, from its start to its end. */
interface Turn {
    /**
     * Takes one.
     *
     * @param folder for files, the caller's to remove
     */
    Round take(Contender contender, Path folder) throws IOException, InterruptedException;
}
