package io.millrace.xdp;

/**
 * How the program was attached.
 *
 * @param mode   {@link AttachMode#NATIVE} or {@link AttachMode#SKB}
 * @param reason why not the better mode, or "" if it is the one asked for
 */
public record Attachment(AttachMode mode, String reason) {}
