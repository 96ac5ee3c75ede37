package io.millrace.spi;

import java.util.List;

/**
 * What a host has for ports of a type, for the user of this process; {@code doctor} prints it. Immutable.
 *
 * @param sections     the most important first
 * @param problem      why such ports can't be opened at all, and what to do; "" if they can
 * @param forEveryUser whether ports of the type take no privileges, so that {@code doctor} fails where they can't be
 *                     opened though nobody asked for them
 */
public record HostReport(List<HostSection> sections, String problem, boolean forEveryUser) {
    public HostReport {
        sections = List.copyOf(sections);
    }
}
