package io.millrace.afxdp;

import static io.millrace.bindings.libc.libc_h.AF_INET;
import static io.millrace.bindings.libc.libc_h.ENODEV;
import static io.millrace.bindings.libc.libc_h.SOCK_CLOEXEC;
import static io.millrace.bindings.libc.libc_h.SOCK_DGRAM;
import static io.millrace.bindings.libc.libc_h.SOL_SOCKET;
import static io.millrace.bindings.libc.libc_h.SO_NETNS_COOKIE;

import io.millrace.HostException;
import io.millrace.bindings.Errno;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SystemCallException;
import io.millrace.spi.EngineLog;
import io.millrace.spi.PortSettings;
import io.millrace.spi.Uninterrupted;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Defers the interrupts of an interface for as long as a port is open. The original values are journalled first; {@link
 * #close} puts them back, or, after a crash, the next engine that starts in the interface's network namespace. Cold.
 */
final class NapiTuning implements AutoCloseable {
    private static final Logger LOG = EngineLog.of(NapiTuning.class);
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final NapiJournal journal;
    private final NapiNote note;
    private final NapiFiles files;
    private boolean closed;

    private NapiTuning(NapiJournal journal, NapiNote note, NapiFiles files) {
        this.journal = journal;
        this.note = note;
        this.files = files;
    }

    /** Returns whether a port's settings ask to defer the interrupts of its interface. */
    static boolean isWanted(PortSettings port) {
        return port.get(AfXdpKeys.BUSY_POLL)
                && (port.get(AfXdpKeys.DEFER_HARD_IRQS).isPresent()
                        || port.get(AfXdpKeys.GRO_FLUSH_TIMEOUT).isPresent());
    }

    /**
     * Defers an interface's interrupts.
     *
     * @param device   the interface, of the calling thread's network namespace
     * @param stateDir the folder of the journal
     * @throws HostException if that is not possible; the interface is then unchanged
     */
    static NapiTuning apply(NetDevice device, PortSettings port, String stateDir) {
        return onOwnThread(() -> applyHere(device, port, stateDir));
    }

    /** Works with files on a thread of its own, because an interrupt of the caller would close them. */
    private static <T> T onOwnThread(Supplier<T> work) {
        return Uninterrupted.call("mr-napi", work);
    }

    private static NapiTuning applyHere(NetDevice device, PortSettings port, String stateDir) {
        NapiFiles files = NapiFiles.open(device);
        NapiTuning tuning = null;
        try {
            NapiJournal journal = new NapiJournal(Path.of(stateDir));
            NapiValues before = files.read();
            NapiNote note = journal.hold(new NapiNote(bootId(), namespace(), device.index(), device.name(), before));
            tuning = new NapiTuning(journal, note, files);
            NapiValues wanted = before.with(port);
            files.write(wanted);
            LOG.info("{}: {} (before: {})", device.name(), wanted, note.before());
            return tuning;
        } catch (IOException | SystemCallException e) {
            undo(tuning, files);
            throw HostException.dueTo(
                    "busy-poll",
                    "the interrupts of " + device.name() + " can't be put off (" + e
                            + "); make " + stateDir
                            + " (engine.state-dir) and /sys writable, or set busy-poll.defer-hard-irqs and"
                            + " gro-flush-timeout to keep",
                    e);
        } catch (Throwable e) {
            undo(tuning, files);
            throw e;
        }
    }

    /** The interface is as it was afterwards. */
    private static void undo(NapiTuning tuning, NapiFiles files) {
        if (tuning != null) {
            tuning.close();
        } else {
            files.close();
        }
    }

    /**
     * Puts back what crashed engines left behind in the calling thread's network namespace. What can't be put back is
     * logged; the engine starts all the same.
     */
    static void recover(String stateDir) {
        NapiJournal journal = new NapiJournal(Path.of(stateDir));
        if (!journal.exists()) {
            return;
        }
        onOwnThread(() -> {
            recover(journal, stateDir);
            return null;
        });
    }

    private static void recover(NapiJournal journal, String stateDir) {
        try {
            String boot = bootId();
            long namespace = namespace();
            journal.recover(note -> {
                if (!note.boot().equals(boot)) {
                    return true;
                }
                return note.namespace() == namespace && putBack(note);
            });
        } catch (IOException | SystemCallException e) {
            LOG.warn(
                    "can't look into {} for what a crash may have left behind ({}); make it readable and writable",
                    stateDir,
                    e.toString());
        }
    }

    private static boolean putBack(NapiNote note) throws IOException {
        String name;
        try {
            name = Libc.ifIndexToName(note.index());
        } catch (SystemCallException e) {
            LOG.info(
                    "interface {} is gone, and with it what an engine that ended early had changed of it", note.name());
            return true;
        }
        try (NapiFiles files = NapiFiles.open(NetDevice.find(name))) {
            files.write(note.before());
        } catch (HostException e) {
            throw new IOException(e.getMessage(), e);
        }
        LOG.info("{}: put back after an engine ended early: {}", name, note.before());
        return true;
    }

    private void restore(NapiNote left) throws IOException {
        try {
            files.write(left.before());
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains(Errno.describe(ENODEV()))) {
                throw e;
            }
            LOG.debug("{} is gone, and its settings with it", left.name());
        }
    }

    private static String bootId() throws IOException {
        return Files.readString(BOOT_ID).strip();
    }

    private static long namespace() {
        int socket = Libc.socket(AF_INET(), SOCK_DGRAM() | SOCK_CLOEXEC(), 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cookie = arena.allocate(ValueLayout.JAVA_LONG);
            Libc.getsockopt(socket, SOL_SOCKET(), SO_NETNS_COOKIE(), cookie);
            return cookie.get(ValueLayout.JAVA_LONG, 0);
        } finally {
            Libc.close(socket);
        }
    }

    /**
     * Puts the values back, unless another engine still needs the interface to be tuned. Any thread may call this.
     * Calling it again does nothing.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        onOwnThread(() -> {
            giveBack();
            return null;
        });
    }

    private void giveBack() {
        try (files) {
            journal.release(note, left -> {
                restore(left);
                return true;
            });
        } catch (IOException e) {
            LOG.warn(
                    "{}: its interrupts stay put off ({}); write it by hand: {}",
                    note.name(),
                    e.toString(),
                    note.before());
        }
    }
}
