package io.millrace.lab.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A folder that only its owner can read, removed with all that is in it at the end, or when the JVM is told to end. */
public final class TemporaryFolder implements AutoCloseable {
    private final Path path;
    private final Thread atExit = new Thread(this::remove, "cleanup");

    private TemporaryFolder(Path path) {
        this.path = path;
    }

    /**
     * Makes one in the folder of temporary files.
     *
     * @throws UncheckedIOException when that is not possible
     */
    public static TemporaryFolder create(String prefix) {
        try {
            TemporaryFolder folder = new TemporaryFolder(Files.createTempDirectory(prefix));
            Runtime.getRuntime().addShutdownHook(folder.atExit);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "no temporary folder could be made (" + e.getMessage()
                            + "); make room in the folder of temporary files, or name another with -Djava.io.tmpdir",
                    e);
        }
    }

    /** The folder's path. */
    public Path path() {
        return path;
    }

    private void remove() {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.toList().reversed()) { // files before their folder
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            // Gone already, or not ours to remove any more.
        }
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is ending; it removes it once more.
        }
    }
}
