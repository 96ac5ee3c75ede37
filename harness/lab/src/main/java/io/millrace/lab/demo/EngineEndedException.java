package io.millrace.lab.demo;

/** The engine's process ended when it should not have, or not when it should. */
public final class EngineEndedException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int exitCode;

    EngineEndedException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** What the process ended with; above 3 it was a signal. */
    public int exitCode() {
        return exitCode;
    }
}
