package io.millrace;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The descriptor lives as long as the file's owner or any region of it, and not longer. */
class SharedFileTest {
    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void write() throws Exception {
        path = Files.writeString(folder.resolve("file"), "0123456789");
    }

    private boolean isOpen() throws Exception {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.anyMatch(fd -> {
                try {
                    return Files.isSameFile(fd, path);
                } catch (Exception e) { // closed meanwhile, or not a file
                    return false;
                }
            });
        }
    }

    @Test
    void shouldCloseWithItsOwner() throws Exception {
        SharedFile file = SharedFile.open(path);
        assertTrue(isOpen());
        file.close();
        assertFalse(isOpen());
        file.close(); // does nothing
        assertThrows(IllegalStateException.class, () -> file.region(0, 1));
    }

    @Test
    void shouldStayOpenForRegionsThatAreUnderWay() throws Exception {
        SharedFile file = SharedFile.open(path);
        FileSource one = file.region(0, 5);
        FileSource other = file.region(5, 5);
        file.close();
        assertTrue(isOpen());
        assertEquals(5, other.offset());
        assertEquals(5, other.lengthBytes());
        one.release();
        one.release(); // counts once
        assertTrue(isOpen());
        other.release();
        assertFalse(isOpen());
        assertThrows(IllegalStateException.class, () -> file.region(0, 1), "it does not come back");
    }

    @Test
    void shouldRefuseWhatIsNoRegion() {
        try (SharedFile file = SharedFile.open(path)) {
            assertThrows(IllegalArgumentException.class, () -> file.region(-1, 1));
            assertThrows(IllegalArgumentException.class, () -> file.region(0, -1));
            assertDoesNotThrow(() -> file.region(100, 0).release());
        }
        assertThrows(HostException.class, () -> SharedFile.open(folder.resolve("none")));
    }

    @Test
    void shouldCloseOnceWhenThreadsReleaseAtTheSameTime() throws Exception {
        for (int round = 0; round < 200; round++) {
            SharedFile file = SharedFile.open(path);
            CountDownLatch start = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                FileSource region = file.region(i, 1);
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        start.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    region.release();
                }));
            }
            start.countDown();
            file.close();
            for (Thread thread : threads) {
                thread.join();
            }
            assertFalse(isOpen());
        }
    }

    @Test
    void shouldRefuseRegionThatWasSentOrReleased() throws Exception {
        SharedFile file = SharedFile.open(path);
        FileSource region = file.region(0, 5);
        FileSource.Transfer transfer = region.handOver();
        assertThrows(IllegalStateException.class, region::handOver, "it is sent once");
        region.release(); // it is the engine's now
        assertDoesNotThrow(transfer::fd);
        transfer.release();
        transfer.release(); // counts once
        assertThrows(IllegalStateException.class, transfer::fd, "the number may be another file's");
        assertThrows(IllegalStateException.class, region::handOver);
        assertTrue(isOpen());
        FileSource unused = file.region(0, 5);
        unused.release();
        assertThrows(IllegalStateException.class, unused::handOver);
        file.close();
        assertFalse(isOpen());
    }

    @Test
    void shouldGiveNoRegionOfClosedFileWhileAnotherIsOnItsWay() throws Exception {
        SharedFile file = SharedFile.open(path);
        FileSource region = file.region(0, 5);
        file.close();
        assertThrows(IllegalStateException.class, () -> file.region(0, 1));
        region.release();
        assertFalse(isOpen());
    }
}
