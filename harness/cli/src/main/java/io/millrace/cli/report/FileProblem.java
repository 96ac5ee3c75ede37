package io.millrace.cli.report;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says why a file can't be used, for messages that name the file themselves. */
public final class FileProblem {
    private FileProblem() {}

    /** Returns only the reason; Java's message often is just the file's name. */
    public static String reason(IOException problem) {
        return switch (problem) {
            case AccessDeniedException denied -> "permission denied";
            case NoSuchFileException absent -> "no such file or folder";
            case FileSystemException named when named.getReason() != null -> named.getReason();
            default ->
                problem.getMessage() == null || problem instanceof FileSystemException
                        ? problem.getClass().getSimpleName()
                        : problem.getMessage();
        };
    }
}
