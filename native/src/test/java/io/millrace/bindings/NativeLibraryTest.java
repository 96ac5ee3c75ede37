package io.millrace.bindings;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeLibraryTest {

    @Test
    void shouldNameThePackagesWhenThereIsNoSuchLibrary() {
        MissingLibraryException missing = assertThrows(
                MissingLibraryException.class,
                () -> NativeLibrary.require("libmillrace-none.so.7", "libnone7", "none"));

        assertEquals(
                "libmillrace-none.so.7 cannot be opened; install the package libnone7 (Debian, Ubuntu) or none"
                        + " (Fedora)",
                missing.getMessage());
    }

    /** A process of its own, whose dynamic linker finds a file that is no library before it finds the real one. */
    @ParameterizedTest
    @CsvSource({
        "LIBBPF, libbpf.so.1, libbpf1, libbpf",
        "LIBURING, liburing.so.2, liburing2, liburing",
    })
    void shouldFailInOneLineWhenTheDynamicLinkerCannotOpenIt(
            NativeLibrary library, String fileName, String debianPackage, String fedoraPackage, @TempDir Path folder)
            throws Exception {
        Files.writeString(folder.resolve(fileName), "no library");

        String output = requireInProcessWithLibraryPath(folder, library);

        assertEquals(
                fileName + " cannot be opened; install the package " + debianPackage + " (Debian, Ubuntu) or "
                        + fedoraPackage + " (Fedora)\n",
                output);
    }

    @Test
    void shouldAcceptALibraryThatTheDynamicLinkerOpens() {
        // libc.so.6 stands in, as the one library that every host has, whatever else is installed.
        assertDoesNotThrow(() -> NativeLibrary.require("libc.so.6", "libc6", "glibc"));
    }

    private static String requireInProcessWithLibraryPath(Path folder, NativeLibrary library)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RequireLibrary.class.getName(),
                        library.name())
                .redirectErrorStream(true);
        builder.environment().put("LD_LIBRARY_PATH", folder.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(3, process.waitFor(), output);
        return output;
    }

    /** Requires the library that its argument names; prints the message and exits with 3 when that fails. */
    static final class RequireLibrary {

        private RequireLibrary() {}

        public static void main(String[] arguments) {
            try {
                NativeLibrary.valueOf(arguments[0]).require();
            } catch (MissingLibraryException e) {
                System.out.println(e.getMessage());
                System.exit(3);
            }
        }
    }
}
