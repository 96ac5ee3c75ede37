package io.millrace.lab.vm;

import io.millrace.HostException;
import io.millrace.lab.process.Program;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** An image with its modules, as a package or an installed kernel has them in folders. */
final class UnpackedKernel {
    private static final Pattern MODULE = Pattern.compile("(.+)\\.ko(\\.(?:xz|zst|gz))?");
    /** Documentation/arch/x86/boot.rst: where the boot protocol's header has the offset of the release's text. */
    private static final int VERSION_POINTER = 0x20e;

    private static final int VERSION_BASE = 0x200;
    private static final int LONGEST_VERSION = 200;

    private final Path image;
    private final Map<String, Path> modules = new HashMap<>();

    /** @param moduleFolders where its modules may be */
    private UnpackedKernel(Path image, List<Path> moduleFolders) {
        this.image = image;
        for (Path folder : moduleFolders) {
            for (Path file : Folders.files(folder)) {
                Matcher matcher = MODULE.matcher(file.getFileName().toString());
                if (matcher.matches()) {
                    modules.putIfAbsent(normal(matcher.group(1)), file);
                }
            }
        }
    }

    /**
     * A package's content: the image in /boot, or, where modules are packages of their own, beside them.
     *
     * @throws HostException if there is no image in it
     */
    static UnpackedKernel in(Path folder) {
        Path image = Folders.files(folder).stream()
                .filter(file -> file.getFileName().toString().startsWith("vmlinuz")
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                .findFirst()
                .orElseThrow(() -> new HostException("the package has no vmlinuz in it; give --kernel another"));
        return new UnpackedKernel(image, List.of(folder.resolve("lib/modules"), folder.resolve("usr/lib/modules")));
    }

    /** An image by itself; its modules are where this host has those of its release, or built in. */
    static UnpackedKernel ofImage(Path image) {
        String release = release(image);
        return new UnpackedKernel(image, release.isEmpty() ? List.of() : List.of(Path.of("/lib/modules", release)));
    }

    /** The release that an image says it is, "" if it says none. */
    static String release(Path image) {
        try {
            byte[] bytes = Files.readAllBytes(image);
            if (bytes.length < VERSION_POINTER + 2) {
                return "";
            }
            int start =
                    VERSION_BASE + (bytes[VERSION_POINTER] & 0xff) + ((bytes[VERSION_POINTER + 1] & 0xff) << Byte.SIZE);
            int end = start;
            while (end < Math.min(bytes.length, start + LONGEST_VERSION) && bytes[end] > ' ') {
                end++;
            }
            return start == VERSION_BASE || start >= bytes.length
                    ? ""
                    : new String(bytes, start, end - start, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path image() {
        return image;
    }

    /** The modules that a driver needs, by name, in the order to load them. */
    Map<String, byte[]> modulesOf(Driver driver) {
        return KernelModules.loadOrder(driver.modules(), this::module);
    }

    private Optional<byte[]> module(String name) {
        return Optional.ofNullable(modules.get(normal(name))).map(UnpackedKernel::uncompressed);
    }

    /** File names have either. */
    private static String normal(String name) {
        return name.replace('-', '_');
    }

    private static byte[] uncompressed(Path file) {
        String name = file.getFileName().toString();
        try {
            if (name.endsWith(".xz")) {
                return Program.of("xz", "--decompress", "--stdout").filter(file);
            }
            if (name.endsWith(".zst")) {
                return Program.of("zstd", "--decompress", "--stdout").filter(file);
            }
            byte[] bytes = Files.readAllBytes(file);
            return name.endsWith(".gz") ? new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes() : bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
