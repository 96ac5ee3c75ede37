package io.millrace.lab.vm;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The guest's root file system: busybox, the driver's modules, a JVM, this program, and the shared libraries of the
 * host that these load.
 *
 * @param kernel    whose modules go in
 * @param busybox   one without libraries
 * @param runtime   the JVM's folder
 * @param program   the jars
 * @param script    for {@code /init}
 */
record Initramfs(GuestKernel kernel, Path busybox, Path runtime, List<Path> program, String script) {
    private static final int PROGRAM_MODE = 0755;
    private static final int DATA_MODE = 0644;
    private static final int CONSOLE_MAJOR = 5;
    private static final int CONSOLE_MINOR = 1;
    private static final List<String> LOADED_BY_NAME = List.of("libbpf.so.1", "liburing.so.2");
    private static final int BUFFER = 1 << 20;

    /** Writes it. */
    void write(Path file) {
        try (Cpio archive = new Cpio(new BufferedOutputStream(Files.newOutputStream(file), BUFFER))) {
            for (String folder : List.of("bin", "dev", "proc", "sys", "tmp")) {
                archive.folder(folder);
            }
            archive.device("dev/console", CONSOLE_MAJOR, CONSOLE_MINOR);
            archive.file("init", PROGRAM_MODE, script.getBytes(StandardCharsets.UTF_8));
            archive.file("bin/busybox", PROGRAM_MODE, busybox);
            kernel.modules().forEach((name, module) -> archive.file("modules/" + name + ".ko", DATA_MODE, module));
            for (Path path : Folders.files(runtime)) {
                addRuntime(archive, path);
            }
            for (Path jar : program) {
                archive.file("app/" + jar.getFileName(), DATA_MODE, jar);
            }
            for (Path library : libraries()) {
                archive.file(nameOf(library), PROGRAM_MODE, library);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void addRuntime(Cpio archive, Path path) throws IOException {
        String name = "java/" + runtime.relativize(path);
        if (Files.isSymbolicLink(path)) {
            archive.link(name, Files.readSymbolicLink(path).toString());
        } else if (!name.startsWith("java/legal/")) {
            archive.file(name, Files.isExecutable(path) ? PROGRAM_MODE : DATA_MODE, path);
        }
    }

    /** The linker's own path is part of every program; the others are found by the script's LD_LIBRARY_PATH. */
    private static String nameOf(Path library) {
        String name = library.getFileName().toString();
        return name.startsWith("ld-linux")
                ? library.toString().substring(1)
                : GuestScript.LIBRARIES.substring(1) + "/" + name;
    }

    private Set<Path> libraries() {
        List<Path> loading = new ArrayList<>(List.of(runtime.resolve("bin/java")));
        Folders.files(runtime).stream()
                .filter(file -> file.toString().endsWith(".so"))
                .forEach(loading::add);
        Set<Path> all = new LinkedHashSet<>();
        for (String name : LOADED_BY_NAME) {
            Path library = SharedLibraries.find(name);
            all.add(library);
            loading.add(library);
        }
        all.addAll(SharedLibraries.neededBy(loading, runtime));
        return all;
    }
}
