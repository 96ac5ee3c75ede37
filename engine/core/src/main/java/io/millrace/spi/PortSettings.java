package io.millrace.spi;

import io.millrace.SourceLine;
import io.millrace.spi.config.Key;
import io.millrace.spi.config.OnLinkLoss;
import io.millrace.spi.config.Settings;
import java.util.List;

/**
 * The settings of one port of any type. Immutable.
 *
 * @param name     the port's name, unique in its engine
 * @param type     what kind of port it is
 * @param settings the values of the type's keys
 */
public record PortSettings(String name, PortType type, Settings settings) {
    /** The value of a key of the port's type; see {@link Settings#get}. */
    public <T> T get(Key<T> key) {
        return settings.get(key);
    }

    /** Returns the same settings with another value for a key. */
    public <T> PortSettings with(Key<T> key, T value) {
        return new PortSettings(name, type, settings.with(key, value));
    }

    /** Returns whether a key is written in the config. */
    public boolean isWritten(Key<?> key) {
        return settings.isWritten(key);
    }

    /** The line where the port is configured. */
    public SourceLine line() {
        return settings.line();
    }

    /** The line where one of the port's keys is written; the port's own line if it is not written. */
    public SourceLine lineOf(Key<?> key) {
        return settings.lineOf(key);
    }

    /** The line of a key by its path in the port's block; the port's own line if the path is null. */
    public SourceLine lineOf(String keyPath) {
        return settings.lineOf(keyPath);
    }

    /** The interfaces that the port depends on, each once, by their names in the config. */
    public List<String> interfaceNames() {
        return type.interfaceNames(this);
    }

    /** What happens when one of the port's interfaces goes down or is gone. */
    public OnLinkLoss onLinkLoss() {
        return type.onLinkLoss(this);
    }

    /**
     * Warnings about settings that are valid but perhaps not meant: {@code FILE:LINE: what it is; what to write}, one
     * line each.
     */
    public List<String> warnings() {
        return type.warnings(this);
    }
}
