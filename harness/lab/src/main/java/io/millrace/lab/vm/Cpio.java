package io.millrace.lab.vm;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Writes the archive that the kernel unpacks as its first root file system: cpio in the form "newc"
 * (Documentation/driver-api/early-userspace/buffer-format.rst), not compressed, since an emulated CPU unpacks slower
 * than it is read.
 *
 * <pre>
 *   "070701", 13 numbers of 8 hexadecimal digits, name, NUL, padding to 4, data, padding to 4
 * </pre>
 *
 * <p>Folders are added with the first file in them. Used by one thread only.
 */
final class Cpio implements AutoCloseable {
    private static final int DIRECTORY = 0040000;
    private static final int FILE = 0100000;
    private static final int LINK = 0120000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int FOLDER_MODE = 0755;
    private static final int LINK_MODE = 0777;
    private static final int DEVICE_MODE = 0600;
    private static final int ALIGNMENT = 4;

    private final OutputStream out;
    private final Set<String> folders = new HashSet<>();
    private long position;
    private int inode;

    /** @param out closed with this */
    Cpio(OutputStream out) {
        this.out = out;
    }

    /** An empty folder, unless it is there already. */
    void folder(String name) {
        int slash = name.lastIndexOf('/');
        if (slash > 0) {
            folder(name.substring(0, slash));
        }
        if (folders.add(name)) {
            header(name, DIRECTORY | FOLDER_MODE, 0, 0, 0);
        }
    }

    /** A file of these bytes. */
    void file(String name, int mode, byte[] data) {
        parent(name);
        header(name, FILE | mode, data.length, 0, 0);
        write(data);
        pad();
    }

    /** A copy of a file. */
    void file(String name, int mode, Path source) {
        parent(name);
        try {
            long length = Files.size(source);
            header(name, FILE | mode, length, 0, 0);
            long written = Files.copy(source, out);
            if (written != length) {
                throw new IOException(source + " changed while it was read");
            }
            position += written;
            pad();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A symbolic link. */
    void link(String name, String target) {
        parent(name);
        byte[] data = target.getBytes(StandardCharsets.UTF_8);
        header(name, LINK | LINK_MODE, data.length, 0, 0);
        write(data);
        pad();
    }

    /** A character device. */
    void device(String name, int major, int minor) {
        parent(name);
        header(name, CHARACTER_DEVICE | DEVICE_MODE, 0, major, minor);
    }

    private void parent(String name) {
        int slash = name.lastIndexOf('/');
        if (slash > 0) {
            folder(name.substring(0, slash));
        }
    }

    private void header(String name, int mode, long length, int major, int minor) {
        if (length > 0xffff_ffffL) {
            throw new IllegalArgumentException(name + " has " + length + " bytes; the format has room for 4 GiB");
        }
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        long[] numbers = {++inode, mode, 0, 0, 1, 0, length, 0, 0, major, minor, nameBytes.length + 1, 0};
        StringBuilder text = new StringBuilder("070701");
        for (long number : numbers) {
            text.append(String.format(Locale.ROOT, "%08x", number));
        }
        write(text.toString().getBytes(StandardCharsets.US_ASCII));
        write(nameBytes);
        write(new byte[1]);
        pad();
    }

    private void write(byte[] bytes) {
        try {
            out.write(bytes);
            position += bytes.length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void pad() {
        write(new byte[(int) (-position & ALIGNMENT - 1)]);
    }

    /** Ends the archive. */
    @Override
    public void close() {
        try (out) {
            header("TRAILER!!!", 0, 0, 0, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
