package io.millrace.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as the kernel shows them. */
final class MemoryRoomTest {
    private static final long MIB = 1L << 20;
    private static final String V2 = "31 23 0:28 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
    private static final String V1 = "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
            + "34 31 0:31 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n";

    @TempDir
    private Path root;

    @BeforeEach
    void haveEightGibibytes() throws IOException {
        write("proc/meminfo", "MemTotal:  16777216 kB\nMemAvailable:  8388608 kB\nSwapFree:  0 kB\n");
        write("proc/self/mountinfo", "27 1 254:0 / / rw - ext4 /dev/vda rw\n" + V2);
        write("proc/self/cgroup", "0::/\n");
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), text);
    }

    private void v2(String group, String max, long current, long cached) throws IOException {
        write("sys/fs/cgroup/" + group + "/memory.max", max + "\n");
        write("sys/fs/cgroup/" + group + "/memory.current", current + "\n");
        write("sys/fs/cgroup/" + group + "/memory.stat", "anon 5\ninactive_file " + cached + "\nactive_file 0\n");
    }

    private MemoryRoom room() {
        return MemoryRoom.under(root);
    }

    @Test
    void shouldBeWhatTheHostHas() {
        assertEquals(new MemoryRoom(8192 * MIB, "this host", "free some"), room());
    }

    @Test
    void shouldBeWhatTheGroupLeavesWithItsPageCache() throws IOException {
        write("proc/self/cgroup", "0::/gateways/a\n");
        v2("gateways/a", String.valueOf(512 * MIB), 300 * MIB, 100 * MIB);
        v2("gateways", "max", 4000 * MIB, 0);
        assertEquals(
                new MemoryRoom(312 * MIB, "the memory limit of control group /gateways/a", "raise memory.max"), room());
    }

    @Test
    void shouldBeTheLeastOfAllGroupsAbove() throws IOException {
        write("proc/self/cgroup", "0::/gateways/a\n");
        v2("gateways/a", "max", 10 * MIB, 0);
        v2("gateways", String.valueOf(1024 * MIB), 1000 * MIB, 0);
        assertEquals(24 * MIB, room().freeBytes());
        assertTrue(room().limit().endsWith(" /gateways"), room().limit());
    }

    @Test
    void shouldCountSwapThatTheGroupMayUse() throws IOException {
        write("proc/meminfo", "MemAvailable:  8388608 kB\nSwapFree:  1048576 kB\n");
        write("proc/self/cgroup", "0::/a\n");
        v2("a", String.valueOf(64 * MIB), 64 * MIB, 0);
        assertEquals(1024 * MIB, room().freeBytes());
        write("sys/fs/cgroup/a/memory.swap.max", "0\n");
        write("sys/fs/cgroup/a/memory.swap.current", "0\n");
        assertEquals(0, room().freeBytes());
    }

    @Test
    void shouldKnowVersionOne() throws IOException {
        write("proc/self/mountinfo", V1);
        write("proc/self/cgroup", "5:devices:/\n4:memory:/a\n1:cpu:/\n0::/\n");
        write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", 100 * MIB + "\n");
        write("sys/fs/cgroup/memory/a/memory.usage_in_bytes", 90 * MIB + "\n");
        write("sys/fs/cgroup/memory/a/memory.stat", "inactive_file 7\ntotal_inactive_file " + 20 * MIB + "\n");
        assertEquals(
                new MemoryRoom(30 * MIB, "the memory limit of control group /a", "raise memory.limit_in_bytes"),
                room());
        write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "9223372036854771712\n");
        assertEquals("this host", room().limit());
    }

    /** A container only sees the lower part of the tree, under the name that it has outside, or under none. */
    @Test
    void shouldFindTheGroupOfAContainer() throws IOException {
        write("proc/self/mountinfo", V2.replace(" / /sys", " /docker/77 /sys"));
        write("proc/self/cgroup", "0::/docker/77/app\n");
        v2("app", String.valueOf(64 * MIB), 0, 0);
        assertEquals(64 * MIB, room().freeBytes());
    }

    /** The container then only sees its own group. */
    @Test
    void shouldAskTheMountPointWhereThatIsTheGroup() throws IOException {
        v2("", String.valueOf(64 * MIB), 0, 0);
        assertEquals(new MemoryRoom(64 * MIB, "the memory limit of control group /", "raise memory.max"), room());
        write("proc/self/mountinfo", V1.replace(" / /sys", " /docker/77 /sys"));
        write("proc/self/cgroup", "4:memory:/docker/77\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", 32 * MIB + "\n");
        write("sys/fs/cgroup/memory/memory.usage_in_bytes", "0\n");
        write("sys/fs/cgroup/memory/memory.stat", "");
        assertEquals(32 * MIB, room().freeBytes());
    }

    @Test
    void shouldTellOfThisProcess() {
        assertTrue(MemoryRoom.ofThisProcess().freeBytes() > 0);
    }
}
