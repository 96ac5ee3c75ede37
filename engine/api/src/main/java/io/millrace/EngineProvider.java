package io.millrace;

import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * The only way from the API to its implementation, which {@link ServiceLoader} finds. Programs don't need it: they call
 * {@link MillraceConfig#load} and {@link Engine#builder}.
 */
public interface EngineProvider {
    /** Returns the engine's provider, from the class path or module path of the API; the same one at each call. */
    static EngineProvider found() {
        return FoundEngine.PROVIDER;
    }

    /** See {@link MillraceConfig#load(Path, Map)}. */
    MillraceConfig load(Path file, Map<String, String> overrides);

    /** See {@link MillraceConfig#parse}. */
    MillraceConfig parse(String hocon);

    /** See {@link Engine#builder}. */
    Engine.Builder builder(MillraceConfig config);

    /**
     * Opens a file to read.
     *
     * @return its descriptor
     * @throws HostException if the system refuses
     */
    int openFile(Path file);

    /** Closes a descriptor of {@link #openFile}. */
    void closeFile(int descriptor);
}
