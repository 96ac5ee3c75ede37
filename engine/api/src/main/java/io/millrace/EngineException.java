package io.millrace;

/** Says that the engine ended because of a failure while it ran. The message is one line for an operator. */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
