package io.millrace.bindings;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;

/**
 * The shared libraries that the generated bindings open, by the names that the runtime packages install: a host that
 * runs Millrace needs no -dev package.
 *
 * <p>Call {@link #require} before the first use of a library's bindings. Without it a missing library shows as an
 * {@link ExceptionInInitializerError} of a generated class, and as a {@link NoClassDefFoundError} from then on.
 */
public enum NativeLibrary {

    /** libbpf, which loads BPF programs; used by {@code io.millrace.bindings.bpf}. */
    LIBBPF("libbpf.so.1", "libbpf1", "libbpf"),

    /** liburing, which sets up io_uring; used by {@code io.millrace.bindings.uring}. */
    LIBURING("liburing.so.2", "liburing2", "liburing");

    private final String fileName;
    private final String debianPackage;
    private final String fedoraPackage;

    NativeLibrary(String fileName, String debianPackage, String fedoraPackage) {
        this.fileName = fileName;
        this.debianPackage = debianPackage;
        this.fedoraPackage = fedoraPackage;
    }

    /**
     * Checks that the dynamic linker can open the library.
     *
     * @throws MissingLibraryException if it cannot
     */
    public void require() {
        require(fileName, debianPackage, fedoraPackage);
    }

    static void require(String fileName, String debianPackage, String fedoraPackage) {
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup.libraryLookup(fileName, arena);
        } catch (IllegalArgumentException e) {
            throw new MissingLibraryException(
                    fileName + " cannot be opened; install the package " + debianPackage + " (Debian, Ubuntu) or "
                            + fedoraPackage + " (Fedora)",
                    e);
        }
    }
}
