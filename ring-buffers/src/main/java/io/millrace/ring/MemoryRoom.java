package io.millrace.ring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * How much more memory this process may use before the kernel kills it, or another process, because memory is short. It
 * is asked before a UMEM is mapped, since a process that exceeds the limit of a control group gets no error but
 * SIGKILL.
 *
 * <p>What the kernel can take back (the page cache) counts as free, and so does swap space. Sources: cgroups(7), the
 * kernel's admin-guide/cgroup-v2 and admin-guide/cgroup-v1/memory, proc_meminfo(5).
 *
 * @param freeBytes the number of bytes that are left
 * @param limit     the limit in words: "the memory limit of control group /gateways"
 * @param wayOut    what raises the limit
 */
public record MemoryRoom(long freeBytes, String limit, String wayOut) {
    private static final String FIELDS = "[ :\t]+";
    /** Version 1 of the controller shows a limit near the largest number if there is none. */
    private static final long NO_LIMIT = 1L << 60;

    /** The files of one version of the kernel's memory controller. Statistics include all groups below a group. */
    private record Controller(
            Path mount,
            Path group,
            String limit,
            String usage,
            String swapLimit,
            String swapUsage,
            List<String> reclaimable) {
        static Controller v1(Path mount, Path group) {
            return new Controller(
                    mount,
                    group,
                    "memory.limit_in_bytes",
                    "memory.usage_in_bytes",
                    "",
                    "",
                    List.of("total_inactive_file", "total_active_file"));
        }

        static Controller v2(Path mount, Path group) {
            return new Controller(
                    mount,
                    group,
                    "memory.max",
                    "memory.current",
                    "memory.swap.max",
                    "memory.swap.current",
                    List.of("inactive_file", "active_file", "slab_reclaimable"));
        }

        /**
         * Returns the rooms of the group and of all groups that it is in, up to the mount point, which in a container
         * is a group itself.
         */
        Stream<MemoryRoom> rooms(long swapBytes) {
            return Stream.iterate(group, folder -> folder.startsWith(mount), Path::getParent)
                    .flatMap(folder -> Stream.ofNullable(room(folder, swapBytes)));
        }

        /** Returns null if the group has no limit, or can't be read. */
        private MemoryRoom room(Path folder, long swapBytes) {
            try {
                final long most =
                        Long.parseLong(Files.readString(folder.resolve(limit)).strip());
                if (most >= NO_LIMIT) {
                    return null;
                }
                final long used =
                        Long.parseLong(Files.readString(folder.resolve(usage)).strip());
                final long cached = sum(Files.readAllLines(folder.resolve("memory.stat")), reclaimable);
                return new MemoryRoom(
                        Math.max(0, most - used + cached) + Math.min(swapBytes, swapLeft(folder)),
                        "the memory limit of control group /" + mount.relativize(folder),
                        "raise " + limit);
            } catch (final IOException | NumberFormatException unlimited) { // "max"
                return null;
            }
        }

        private long swapLeft(Path folder) {
            try {
                return Long.parseLong(
                                Files.readString(folder.resolve(swapLimit)).strip())
                        - Long.parseLong(
                                Files.readString(folder.resolve(swapUsage)).strip());
            } catch (final IOException | NumberFormatException unlimited) {
                return Long.MAX_VALUE;
            }
        }
    }

    /** Returns the smallest room that the host and this process's control groups leave. Any thread may call this. */
    public static MemoryRoom ofThisProcess() {
        return under(Path.of("/"));
    }

    /** @param root where {@code proc} and the mount points are */
    static MemoryRoom under(Path root) {
        final List<MemoryRoom> rooms = new ArrayList<>();
        try {
            final List<String> memory = Files.readAllLines(root.resolve("proc/meminfo"));
            final long swapBytes = 1024 * sum(memory, List.of("SwapFree"));
            rooms.add(
                    new MemoryRoom(1024 * sum(memory, List.of("MemAvailable")) + swapBytes, "this host", "free some"));
            controllers(root).forEach(controller -> controller.rooms(swapBytes).forEach(rooms::add));
        } catch (final IOException unreadable) { // without /proc the kernel itself has to refuse
            rooms.add(new MemoryRoom(Long.MAX_VALUE, "this host", "free some"));
        }
        return rooms.stream()
                .min(Comparator.comparingLong(MemoryRoom::freeBytes))
                .orElseThrow();
    }

    private static List<Controller> controllers(Path root) throws IOException {
        final List<Controller> controllers = new ArrayList<>();
        final List<String> mounts = Files.readAllLines(root.resolve("proc/self/mountinfo"));
        for (final String line : Files.readAllLines(root.resolve("proc/self/cgroup"))) {
            final String[] group = line.split(":", 3);
            final boolean isV2 = group[0].equals("0");
            if (!isV2 && !List.of(group[1].split(",")).contains("memory")) {
                continue;
            }
            for (final String mount : mounts) {
                final String[] fields = mount.split(" ");
                final String[] system =
                        mount.substring(mount.indexOf(" - ") + 3).split(" ");
                if (system[0].equals(isV2 ? "cgroup2" : "cgroup")
                        && (isV2 || List.of(system[2].split(",")).contains("memory"))) {
                    final Path point = root.resolve(fields[4].substring(1));
                    final Path folder = folder(point, fields[3], group[2]);
                    controllers.add(isV2 ? Controller.v2(point, folder) : Controller.v1(point, folder));
                }
            }
        }
        return controllers;
    }

    /** Finds a group's folder. A container may only see the lower part of the tree, mounted as if it were the whole. */
    private static Path folder(Path point, String mountedGroup, String group) {
        final String below = group.startsWith(mountedGroup) ? group.substring(mountedGroup.length()) : group;
        final Path folder = point.resolve(below.replaceFirst("^/+", "")).normalize();
        return Files.isDirectory(folder) ? folder : point;
    }

    /** Returns the sum of some lines, each of which has a name and a number. */
    private static long sum(List<String> lines, List<String> names) {
        long sum = 0;
        for (final String line : lines) {
            final String[] fields = line.split(FIELDS);
            if (names.contains(fields[0])) {
                sum += Long.parseLong(fields[1]);
            }
        }
        return sum;
    }
}
