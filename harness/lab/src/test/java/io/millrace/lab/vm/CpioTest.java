package io.millrace.lab.vm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpioTest {
    private static final int HEADER = 110;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** What a reader finds. */
    private record Entry(int mode, byte[] data, int major, int minor) {}

    /** Reads as the kernel does: number by number, padded to four bytes. */
    private Map<String, Entry> read() {
        Map<String, Entry> entries = new LinkedHashMap<>();
        byte[] all = bytes.toByteArray();
        int at = 0;
        String name = "";
        while (!name.equals("TRAILER!!!")) {
            assertEquals("070701", text(all, at, 6));
            int nameLength = number(all, at, 11);
            int length = number(all, at, 6);
            name = text(all, at + HEADER, nameLength - 1);
            assertEquals(0, all[at + HEADER + nameLength - 1], "ends with a zero");
            int data = at + HEADER + nameLength + 3 & ~3;
            entries.put(
                    name,
                    new Entry(
                            number(all, at, 1),
                            Arrays.copyOfRange(all, data, data + length),
                            number(all, at, 9),
                            number(all, at, 10)));
            at = data + length + 3 & ~3;
        }
        assertEquals(all.length, at, "nothing behind the trailer");
        entries.remove("TRAILER!!!");
        return entries;
    }

    private static int number(byte[] all, int header, int field) {
        return Integer.parseUnsignedInt(text(all, header + 6 + 8 * field, 8), 16);
    }

    private static String text(byte[] all, int from, int length) {
        return new String(all, from, length, StandardCharsets.US_ASCII);
    }

    @Test
    void shouldWriteFilesWithTheFoldersThatTheyAreIn(@TempDir Path folder) throws IOException {
        Path source = Files.writeString(folder.resolve("source"), "five.");
        try (Cpio archive = new Cpio(bytes)) {
            archive.file("a/b/one", 0644, new byte[] {1});
            archive.file("a/b/source", 0755, source);
            archive.folder("a/b/c");
            archive.folder("a");
        }
        Map<String, Entry> entries = read();
        assertEquals(List.of("a", "a/b", "a/b/one", "a/b/source", "a/b/c"), List.copyOf(entries.keySet()));
        assertEquals(0040755, entries.get("a/b").mode);
        assertEquals(0100644, entries.get("a/b/one").mode);
        assertArrayEquals(new byte[] {1}, entries.get("a/b/one").data);
        assertEquals(0100755, entries.get("a/b/source").mode);
        assertEquals("five.", new String(entries.get("a/b/source").data, StandardCharsets.US_ASCII));
    }

    @Test
    void shouldWriteLinksAndDevices() {
        try (Cpio archive = new Cpio(bytes)) {
            archive.link("lib/x.so", "x.so.1");
            archive.device("dev/console", 5, 1);
        }
        Map<String, Entry> entries = read();
        assertEquals(0120777, entries.get("lib/x.so").mode);
        assertEquals("x.so.1", new String(entries.get("lib/x.so").data, StandardCharsets.US_ASCII));
        assertEquals(0020600, entries.get("dev/console").mode);
        assertEquals(5, entries.get("dev/console").major);
        assertEquals(1, entries.get("dev/console").minor);
    }

    @Test
    void shouldEndWithTheTrailerAlone() {
        new Cpio(bytes).close();
        assertTrue(read().isEmpty());
    }
}
