package io.millrace.cli;

import io.millrace.cli.report.FileProblem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Checks, before a command starts, that the files which it writes at its end can be written. */
public final class OutputFile {
    private OutputFile() {}

    /**
     * Checks that a file can be written, and leaves it as it is, or absent.
     *
     * @param option the option that names the file or folder
     * @param file   the file, or null
     * @throws CommandFailure for wrong usage, if it can't be written
     */
    public static void require(String option, Path file) {
        if (file == null) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            throw unusable(option, file, "is a folder; name a file in it");
        }
        if (!Files.isDirectory(folder)) {
            throw unusable(
                    option,
                    file,
                    Files.exists(folder)
                            ? folder + " is no folder; name another file"
                            : Files.notExists(folder)
                                    ? "its folder does not exist; make it, or name another file"
                                    : "its folder is out of reach for this user; name another file");
        }
        try {
            open(file);
        } catch (IOException e) {
            throw unusable(
                    option,
                    file,
                    "can't be written (" + FileProblem.reason(e) + "); name a file in a folder that you may"
                            + " write to");
        }
    }

    /**
     * Makes a folder if it does not exist, and checks that files can be made in it.
     *
     * @param option the option that names the file or folder
     * @param folder the folder, or null
     * @throws CommandFailure for wrong usage, if it can't be written
     */
    public static void requireFolder(String option, Path folder) {
        if (folder == null) {
            return;
        }
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".millrace", null));
        } catch (FileAlreadyExistsException e) {
            throw unusable(option, folder, "is no folder; name another one");
        } catch (IOException e) {
            throw unusable(
                    option,
                    folder,
                    "can't be written to (" + FileProblem.reason(e) + "); name a folder that you may write to");
        }
    }

    /** A pipe or a device is not opened, because that could wait for its other end. */
    private static void open(Path file) throws IOException {
        if (Files.isRegularFile(file)) {
            Files.newByteChannel(file, StandardOpenOption.WRITE).close();
        } else if (!Files.exists(file)) {
            Files.newByteChannel(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)
                    .close();
            Files.deleteIfExists(file.toRealPath());
        } else if (!Files.isWritable(file)) {
            throw new AccessDeniedException(file.toString());
        }
    }

    private static CommandFailure unusable(String option, Path file, String problem) {
        return CommandFailure.usage(option + " " + file + ": " + problem);
    }
}
