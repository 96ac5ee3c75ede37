package io.millrace.xdp;

/**
 * How the program was attached.
 *
 * @param mode   {@link AttachMode#NATIVE} or {@link AttachMode#SKB}
 * @param reason why it is not the better mode; "" if it is the one asked for
 */
public record Attachment(AttachMode mode, String reason) {}
