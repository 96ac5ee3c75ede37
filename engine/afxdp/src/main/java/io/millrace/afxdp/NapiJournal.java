package io.millrace.afxdp;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.millrace.spi.EngineLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Keeps the values that interfaces had before an engine changed them, in a folder that all engines of the host share,
 * with one file for each interface. The file is on the disk before the first value changes. It is deleted when the last
 * engine that changed the interface has put the values back.
 *
 * <p>Each of these engines holds a shared lock on the file, which the kernel releases however the process ends; a file
 * that nobody has a lock on was left by a crash. Every reader and writer of the folder holds the lock of the whole
 * folder. Within one process a file is opened once and its uses are counted, because a POSIX lock is released when any
 * descriptor of the file is closed. Cold; any thread may use this.
 */
final class NapiJournal {
    static final String PREFIX = "napi-";

    private static final Logger LOG = EngineLog.of(NapiJournal.class);
    private static final String LOCK = "lock";
    private static final int LONGEST_NOTE = 4096;
    /** The files that engines of this process hold; guarded by the lock of the class. */
    private static final Map<Path, Held> HELD = new HashMap<>();

    /** A file that this process has locked. */
    private static final class Held {
        final FileChannel file;
        final FileLock lock;
        final NapiNote note;
        int engines;

        Held(FileChannel file, FileLock lock, NapiNote note) {
            this.file = file;
            this.lock = lock;
            this.note = note;
        }
    }

    /** Handles a note that a crash left behind. */
    @FunctionalInterface
    interface Leftover {
        /** @return whether the note can be deleted */
        boolean settle(NapiNote note) throws IOException;
    }

    /** A task to run while no other engine of the host uses the folder. */
    @FunctionalInterface
    private interface Action<T> {
        T run() throws IOException;
    }

    private final Path folder;

    /** @param folder the folder, which is made when it is needed */
    NapiJournal(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** Returns whether an engine has ever written here. */
    boolean exists() {
        return Files.exists(folder.resolve(LOCK));
    }

    /**
     * Notes the values of an interface, unless another engine has already noted the original ones.
     *
     * @return the values that the interface had before any engine changed it
     */
    NapiNote hold(NapiNote wanted) throws IOException {
        Files.createDirectories(folder);
        return locked(() -> {
            Path path = folder.resolve(wanted.fileName());
            Held held = HELD.get(path);
            if (held == null) {
                if (!Files.exists(path)) {
                    writeDurably(path, wanted.text());
                }
                held = open(path);
                HELD.put(path, held);
            }
            held.engines++;
            return held.note;
        });
    }

    private static Held open(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, READ, WRITE);
        try {
            return new Held(file, file.lock(0, Long.MAX_VALUE, true), read(file, path));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Gives up what {@link #hold} returned. If nobody else holds it, the values are put back and the note is deleted.
     *
     * @throws IOException also if {@code restore} throws it; the note then stays
     */
    void release(NapiNote note, Leftover restore) throws IOException {
        locked(() -> {
            Path path = folder.resolve(note.fileName());
            Held held = HELD.get(path);
            if (--held.engines > 0) {
                return null;
            }
            HELD.remove(path);
            try (FileChannel file = held.file) {
                assert file.isOpen();
                if (isAlone(held) && restore.settle(held.note)) {
                    Files.delete(path);
                }
            }
            return null;
        });
    }

    /** Tries to replace this process's shared lock by an exclusive one. */
    private static boolean isAlone(Held held) throws IOException {
        held.lock.release();
        return held.file.tryLock() != null;
    }

    /** Has the notes handled that no living engine holds, and deletes those that are done. */
    void recover(Leftover leftover) throws IOException {
        locked(() -> {
            try (DirectoryStream<Path> notes = Files.newDirectoryStream(folder, PREFIX + "*-*[0-9]")) {
                for (Path path : notes) {
                    if (!HELD.containsKey(path)) {
                        settle(path, leftover);
                    }
                }
            }
            return null;
        });
    }

    private static void settle(Path path, Leftover leftover) {
        try (FileChannel file = FileChannel.open(path, READ, WRITE);
                FileLock lock = file.tryLock()) {
            if (lock != null && leftover.settle(read(file, path))) {
                Files.delete(path);
            }
        } catch (IOException e) {
            LOG.warn(
                    "{} can't be used ({}); put back the interface's napi_defer_hard_irqs and gro_flush_timeout by hand"
                            + " and delete it",
                    path,
                    e.toString());
        }
    }

    private <T> T locked(Action<T> action) throws IOException {
        synchronized (NapiJournal.class) {
            try (FileChannel file = FileChannel.open(folder.resolve(LOCK), CREATE, WRITE);
                    FileLock lock = file.lock()) {
                assert lock.isValid();
                return action.run();
            }
        }
    }

    private static NapiNote read(FileChannel file, Path path) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(LONGEST_NOTE);
        file.read(text, 0);
        try {
            return NapiNote.parse(new String(text.array(), 0, text.position(), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new IOException(path + " is no note of an engine: " + e.getMessage(), e);
        }
    }

    /** Writes a file completely or not at all; it is on the disk when this returns. */
    private void writeDurably(Path path, String text) throws IOException {
        Path draft = folder.resolve(path.getFileName() + ".new");
        try (FileChannel file = FileChannel.open(draft, CREATE, TRUNCATE_EXISTING, WRITE)) {
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            file.force(true);
        }
        Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(folder, READ)) {
            directory.force(true);
        }
    }
}
