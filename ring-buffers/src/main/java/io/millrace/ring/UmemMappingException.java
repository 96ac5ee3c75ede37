package io.millrace.ring;

/**
 * Says that the host does not give the memory for a UMEM. The message is for the operator: what is wrong, and what to
 * do.
 */
public final class UmemMappingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UmemMappingException(String message, Throwable cause) {
        super(message, cause);
    }
}
