package io.millrace;

import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * The one door from the API to the engine behind it, which {@link ServiceLoader} finds. A program has no use for it: it
 * calls {@link MillraceConfig#load} and {@link Engine#builder}.
 */
public interface EngineProvider {
    /** The engine's provider, of the class path or module path that the API is on; the same one at each call. */
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
