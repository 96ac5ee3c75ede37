package io.millrace.core;

import static io.millrace.bindings.libc.libc_h.O_CLOEXEC;
import static io.millrace.bindings.libc.libc_h.O_RDONLY;

import io.millrace.Engine;
import io.millrace.EngineProvider;
import io.millrace.HostException;
import io.millrace.MillraceConfig;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.core.config.EngineConfig;
import java.nio.file.Path;
import java.util.Map;

/** The engine that the API finds by {@link java.util.ServiceLoader}. */
public final class CoreProvider implements EngineProvider {
    @Override
    public MillraceConfig load(Path file, Map<String, String> overrides) {
        return EngineConfig.load(file, overrides);
    }

    @Override
    public MillraceConfig parse(String hocon) {
        return EngineConfig.parse(hocon);
    }

    @Override
    public Engine.Builder builder(MillraceConfig config) {
        if (config instanceof EngineConfig own) {
            return new EngineBuilder(own);
        }
        throw new IllegalArgumentException("a config is made by MillraceConfig.load or MillraceConfig.parse");
    }

    @Override
    public int openFile(Path file) {
        try {
            return Libc.open(file.toString(), O_RDONLY() | O_CLOEXEC());
        } catch (SystemCallException e) {
            throw new HostException(
                    file + " can't be opened (" + e.getMessage() + "); see that it is there, and readable", e);
        }
    }

    @Override
    public void closeFile(int descriptor) {
        Libc.close(descriptor);
    }
}
