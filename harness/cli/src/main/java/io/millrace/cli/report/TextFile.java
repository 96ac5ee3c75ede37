package io.millrace.cli.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a command writes its result to. */
public final class TextFile {
    private TextFile() {}

    /**
     * Writes a text.
     *
     * @throws UncheckedIOException saying why it can't be, and what to do
     */
    public static void write(String text, Path file) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "can't write " + file + " (" + FileProblem.reason(e) + "); make room there, or name another file",
                    e);
        }
    }
}
