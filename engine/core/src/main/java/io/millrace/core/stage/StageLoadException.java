package io.millrace.core.stage;

/** A user's stage class that can't be used; the message reads {@code what is wrong; what to do}. */
public final class StageLoadException extends Exception {
    private static final long serialVersionUID = 1L;

    StageLoadException(String message, Throwable cause) {
        super(message, cause);
    }
}
