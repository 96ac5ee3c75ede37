package io.millrace.lab.vm;

import io.millrace.HostException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Kernels, and busybox, that were fetched once. Of a package's hundred megabytes an image and some modules are kept:
 * {@code kernels/PACKAGE/vmlinuz} and {@code kernels/PACKAGE/DRIVER/NN-MODULE.ko}, numbered in the order to load them.
 */
final class KernelStore {
    private static final String IMAGE = "vmlinuz";
    private static final int NUMBER_LENGTH = 3;
    private static final int MODULE_SUFFIX_LENGTH = 3;

    /** A file beside the image that says which modules were asked for. */
    private static final String MODULES = "modules";

    private final Path folder;
    private final Consumer<String> progress;
    private PrivateApt apt;

    KernelStore(Path folder, Consumer<String> progress) {
        this.folder = folder;
        this.progress = progress;
    }

    private PrivateApt apt() {
        if (apt == null) {
            apt = PrivateApt.open(folder.resolve("apt"), progress);
        }
        return apt;
    }

    /**
     * Finds a kernel, and fetches it if it has to.
     *
     * @param wanted a file, a package, a version or the beginning of one; null for the newest
     * @throws HostException if there is none
     */
    GuestKernel kernel(String wanted, Driver driver) {
        if (wanted != null && Files.isRegularFile(Path.of(wanted))) {
            return ofFile(Path.of(wanted), driver);
        }
        if (wanted != null && VmSettings.isPackage(wanted)) {
            return ofPackage(wanted, driver);
        }
        String prefix = wanted == null ? "" : wanted;
        Optional<String> newest = DebianPackages.newestKernel(apt().names("linux-image-"), prefix);
        return ofPackage(
                newest.orElseThrow(() -> new HostException("Debian 13 and its backports have no kernel"
                        + (prefix.isEmpty() ? "" : " " + prefix) + "; give --kernel a file, or another version")),
                driver);
    }

    private GuestKernel ofFile(Path file, Driver driver) {
        if (!file.toString().endsWith(".deb")) {
            UnpackedKernel kernel = UnpackedKernel.ofImage(file);
            String release = UnpackedKernel.release(file);
            return new GuestKernel(release.isEmpty() ? file.toString() : release, file, kernel.modulesOf(driver));
        }
        Path kept = folder.resolve("kernels/file-" + file.getFileName());
        Folders.remove(kept); // the file may be another by now
        keep(kept, unpacked -> PrivateApt.unpack(file.toAbsolutePath(), unpacked));
        return read(kept, file.getFileName().toString(), driver);
    }

    private GuestKernel ofPackage(String name, Driver driver) {
        Path kept = folder.resolve("kernels").resolve(name);
        if (!hasModules(kept)) {
            Folders.remove(kept);
            String show = apt().show(name);
            if (show.isEmpty()) {
                throw new HostException("Debian 13 and its backports have no package " + name
                        + "; give --kernel another, or a version");
            }
            keep(kept, unpacked -> {
                apt().unpack(name, unpacked);
                DebianPackages.partsOf(name, show).forEach(part -> apt().unpack(part, unpacked));
            });
        }
        return read(kept, name, driver);
    }

    /** Whether a kernel was kept with the modules that drivers need now. */
    private static boolean hasModules(Path kept) {
        try {
            return Files.isRegularFile(kept.resolve(MODULES))
                    && Files.readString(kept.resolve(MODULES)).equals(modules());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String modules() {
        return Stream.of(Driver.values()).map(Driver::modules).toList().toString();
    }

    /** Has a package unpacked and keeps what is needed of it; all or nothing. */
    private void keep(Path kept, Consumer<Path> unpack) {
        try {
            Files.createDirectories(kept.getParent());
            Path unpacked = Files.createTempDirectory(folder, "unpacked-");
            Path chosen = Files.createTempDirectory(folder, "chosen-");
            try {
                unpack.accept(unpacked);
                UnpackedKernel kernel = UnpackedKernel.in(unpacked);
                Files.copy(kernel.image(), chosen.resolve(IMAGE));
                for (Driver driver : Driver.values()) {
                    write(kernel.modulesOf(driver), Files.createDirectory(chosen.resolve(driver.toString())));
                }
                Files.writeString(chosen.resolve(MODULES), modules());
                Files.move(chosen, kept, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Folders.remove(unpacked);
                Folders.remove(chosen);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Map<String, byte[]> modules, Path target) throws IOException {
        int number = 0;
        for (Map.Entry<String, byte[]> module : modules.entrySet()) {
            Files.write(
                    target.resolve(String.format(Locale.ROOT, "%02d-%s.ko", number++, module.getKey())),
                    module.getValue());
        }
    }

    private static GuestKernel read(Path kept, String name, Driver driver) {
        Map<String, byte[]> modules = new LinkedHashMap<>();
        try {
            for (Path file : Folders.files(kept.resolve(driver.toString()))) {
                String module = file.getFileName().toString();
                modules.put(
                        module.substring(NUMBER_LENGTH, module.length() - MODULE_SUFFIX_LENGTH),
                        Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new GuestKernel(name, kept.resolve(IMAGE), modules);
    }

    /** A busybox that needs no libraries. */
    Path busybox() {
        Path kept = folder.resolve("busybox");
        if (!Files.isRegularFile(kept)) {
            try {
                Files.createDirectories(folder);
                Path unpacked = Files.createTempDirectory(folder, "unpacked-");
                try {
                    apt().unpack("busybox-static", unpacked);
                    Path program = Folders.files(unpacked).stream()
                            .filter(file -> file.endsWith("bin/busybox")
                                    && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                            .findFirst()
                            .orElseThrow(
                                    () -> new HostException("the package busybox-static has no busybox; report this"));
                    Files.move(program, kept, StandardCopyOption.ATOMIC_MOVE);
                } finally {
                    Folders.remove(unpacked);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return kept;
    }
}
