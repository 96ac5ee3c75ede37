package io.millrace.spi;

import java.util.List;

/**
 * A part of a {@link HostReport}. Immutable.
 *
 * @param title    what it is about, on one line
 * @param features what the host has of it, the most important first
 * @param parts    what it consists of, each interface for instance
 */
public record HostSection(String title, List<HostFeature> features, List<HostSection> parts) {
    public HostSection {
        features = List.copyOf(features);
        parts = List.copyOf(parts);
    }

    /** One line. */
    public HostSection(String title) {
        this(title, List.of(), List.of());
    }
}
