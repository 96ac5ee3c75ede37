package io.millrace.afxdp;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.millrace.HostException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The two files of sysfs that hold an interface's {@link NapiValues}. They are kept open, so that the values can be put
 * back by any thread, whatever network namespace it is in.
 *
 * <p>sysfs shows the network namespace that it was mounted in, which may differ from that of the calling thread. So an
 * interface is only taken for the same one if its name, index and MAC address are the same. Cold; one thread at a time.
 */
final class NapiFiles implements AutoCloseable {
    static final Path CLASS_NET = Path.of("/sys/class/net");

    private static final int LONGEST = 32;
    private static final String BY_HAND =
            " set busy-poll.defer-hard-irqs and gro-flush-timeout to keep and write the values yourself";

    private final FileChannel deferHardIrqs;
    private final FileChannel groFlushTimeout;

    private NapiFiles(FileChannel deferHardIrqs, FileChannel groFlushTimeout) {
        this.deferHardIrqs = deferHardIrqs;
        this.groFlushTimeout = groFlushTimeout;
    }

    /**
     * Opens the files for an interface of the calling thread's network namespace.
     *
     * @throws HostException if sysfs does not show the interface, or this process may not write there
     */
    static NapiFiles open(NetDevice device) {
        return open(device, CLASS_NET);
    }

    static NapiFiles open(NetDevice device, Path classNet) {
        Path folder = classNet.resolve(device.name());
        if (!isSame(folder, device)) {
            throw HostException.dueTo(
                    "busy-poll",
                    "the interrupts of " + device.name() + " can't be put off: "
                            + classNet
                            + " shows another network namespace; start the engine by `ip netns exec`, which mounts"
                            + " /sys anew,"
                            + " or" + BY_HAND,
                    null);
        }
        try {
            return openIn(folder);
        } catch (IOException e) {
            throw HostException.dueTo(
                    "busy-poll",
                    "the interrupts of " + device.name() + " can't be put off (" + e + "); mount /sys writable, or"
                            + BY_HAND,
                    e);
        }
    }

    private static NapiFiles openIn(Path folder) throws IOException {
        FileChannel first = FileChannel.open(folder.resolve("napi_defer_hard_irqs"), READ, WRITE);
        try {
            return new NapiFiles(first, FileChannel.open(folder.resolve("gro_flush_timeout"), READ, WRITE));
        } catch (Throwable e) {
            close(first);
            throw e;
        }
    }

    private static boolean isSame(Path folder, NetDevice device) {
        try {
            return text(folder.resolve("ifindex")).equals(Integer.toString(device.index()))
                    && text(folder.resolve("address"))
                            .equals(HexFormat.ofDelimiter(":").formatHex(device.mac()));
        } catch (IOException e) {
            return false;
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    /**
     * Reads the values of an interface of the calling thread's namespace, without changing them. Null if sysfs does not
     * show the interface, or if it has no address and so looks the same in every namespace.
     */
    static NapiValues look(NetDevice device) {
        Path folder = CLASS_NET.resolve(device.name());
        try {
            boolean hasAddress = !Arrays.equals(device.mac(), new byte[device.mac().length]);
            return !hasAddress || !isSame(folder, device)
                    ? null
                    : new NapiValues(
                            Long.parseLong(text(folder.resolve("napi_defer_hard_irqs"))),
                            Long.parseLong(text(folder.resolve("gro_flush_timeout"))));
        } catch (IOException | NumberFormatException e) { // Linux before 5.8
            return null;
        }
    }

    NapiValues read() throws IOException {
        return new NapiValues(read(deferHardIrqs), read(groFlushTimeout));
    }

    private static long read(FileChannel file) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(LONGEST);
        file.read(text, 0);
        return Long.parseLong(new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip());
    }

    /** Writes the values that differ from the current ones. */
    void write(NapiValues values) throws IOException {
        NapiValues now = read();
        if (now.deferHardIrqs() != values.deferHardIrqs()) {
            write(deferHardIrqs, values.deferHardIrqs());
        }
        if (now.groFlushTimeoutNs() != values.groFlushTimeoutNs()) {
            write(groFlushTimeout, values.groFlushTimeoutNs());
        }
    }

    private static void write(FileChannel file, long value) throws IOException {
        file.write(ByteBuffer.wrap(Long.toString(value).getBytes(StandardCharsets.US_ASCII)), 0);
    }

    @Override
    public void close() {
        close(deferHardIrqs);
        close(groFlushTimeout);
    }

    private static void close(FileChannel file) {
        try {
            file.close();
        } catch (IOException e) {
            throw new IllegalStateException(e); // closing a file of sysfs never fails
        }
    }
}
