package io.millrace.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {
    @TempDir
    private Path outside;

    @Test
    void shouldRemoveFoldersInItAndFollowNoLinks() throws Exception {
        Path kept = Files.writeString(outside.resolve("kept.txt"), "kept");
        Path path;
        try (TemporaryFolder folder = TemporaryFolder.create("millrace-test")) {
            path = folder.path();
            Files.createDirectories(path.resolve("a/b"));
            Files.writeString(path.resolve("a/b/c.txt"), "c");
            Files.writeString(path.resolve("d.txt"), "d");
            Files.createSymbolicLink(path.resolve("link"), outside);
        }
        assertFalse(Files.exists(path));
        assertEquals("kept", Files.readString(kept));
    }

    @Test
    void shouldNotMindWhenItIsGone() throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create("millrace-test")) {
            Files.delete(folder.path());
        }
    }
}
