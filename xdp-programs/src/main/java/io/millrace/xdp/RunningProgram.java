package io.millrace.xdp;

import io.millrace.bindings.Libc;
import io.millrace.bindings.bpf.bpf_h;
import io.millrace.bindings.bpf.bpf_map_info;
import io.millrace.bindings.bpf.bpf_prog_info;
import io.millrace.bindings.bpf.bpf_xdp_query_opts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The accept program that another engine has on an interface, as this process can share it: its maps, and its link,
 * which keeps it attached when that engine ends. Needs CAP_SYS_ADMIN, as all of the kernel's look-ups by id do.
 */
final class RunningProgram implements AutoCloseable {

    private static final int MAX_MAPS = 64;

    private final AttachMode mode;
    private final int linkFd;
    private final List<BpfMap> maps;
    private boolean taken;

    private RunningProgram(AttachMode mode, int linkFd, List<BpfMap> maps) {
        this.mode = mode;
        this.linkFd = linkFd;
        this.maps = maps;
    }

    /**
     * Looks for the program of another engine on an interface.
     *
     * @param ownProgramFd the same program, loaded by this process
     * @return null if there is none, or somebody else's program, or this process may not look
     * @throws XdpException if another engine's program is there, but not the same one
     */
    static RunningProgram find(int ownProgramFd, int interfaceIndex) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = bpf_xdp_query_opts.allocate(arena);
            bpf_xdp_query_opts.sz(found, found.byteSize());
            if (bpf_h.bpf_xdp_query(interfaceIndex, 0, found) != 0) {
                return null;
            }
            int nativeId = bpf_xdp_query_opts.drv_prog_id(found);
            int id = nativeId != 0 ? nativeId : bpf_xdp_query_opts.skb_prog_id(found);
            int programFd = id == 0 ? -1 : bpf_h.bpf_prog_get_fd_by_id(id);
            if (programFd < 0) {
                return null;
            }
            try {
                AttachMode mode = nativeId != 0 ? AttachMode.NATIVE : AttachMode.SKB;
                return isEngines(arena, programFd, ownProgramFd) ? of(mode, id, maps(programFd)) : null;
            } finally {
                Libc.close(programFd);
            }
        }
    }

    private static RunningProgram of(AttachMode mode, int programId, List<BpfMap> maps) {
        int linkFd = maps.isEmpty() ? -1 : link(programId);
        if (linkFd < 0) {
            maps.forEach(map -> Libc.close(map.fd()));
            return null;
        }
        return new RunningProgram(mode, linkFd, maps);
    }

    /** The tag is a hash of a program's instructions, whatever its maps hold. */
    private static boolean isEngines(Arena arena, int programFd, int ownProgramFd) {
        MemorySegment running = info(arena, programFd, null);
        MemorySegment own = info(arena, ownProgramFd, null);
        if (!bpf_prog_info
                .name(running)
                .getString(0)
                .equals(bpf_prog_info.name(own).getString(0))) {
            return false;
        }
        if (bpf_prog_info.tag(running).mismatch(bpf_prog_info.tag(own)) >= 0) {
            throw XdpException.ofOtherEngine(ProgramDifference.CODE);
        }
        return true;
    }

    private static MemorySegment info(Arena arena, int programFd, MemorySegment mapIds) {
        MemorySegment info = bpf_prog_info.allocate(arena);
        if (mapIds != null) {
            bpf_prog_info.nr_map_ids(info, MAX_MAPS);
            bpf_prog_info.map_ids(info, mapIds.address());
        }
        MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, (int) info.byteSize());
        return bpf_h.bpf_obj_get_info_by_fd(programFd, info, length) < 0 ? bpf_prog_info.allocate(arena) : info;
    }

    /** The maps of a program, in the order of its code, for the caller to close; none if this process may not. */
    private static List<BpfMap> maps(int programFd) {
        List<BpfMap> maps = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ids = arena.allocate(ValueLayout.JAVA_INT, MAX_MAPS);
            int count = Math.min(MAX_MAPS, bpf_prog_info.nr_map_ids(info(arena, programFd, ids)));
            for (int i = 0; i < count; i++) {
                int fd = bpf_h.bpf_map_get_fd_by_id(ids.getAtIndex(ValueLayout.JAVA_INT, i));
                if (fd < 0) {
                    maps.forEach(map -> Libc.close(map.fd()));
                    return List.of();
                }
                MemorySegment info = bpf_map_info.allocate(arena);
                MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, (int) info.byteSize());
                bpf_h.bpf_obj_get_info_by_fd(fd, info, length);
                maps.add(new BpfMap(
                        bpf_map_info.name(info).getString(0),
                        fd,
                        bpf_map_info.key_size(info),
                        bpf_map_info.value_size(info)));
            }
            return maps;
        }
    }

    /** A descriptor of the link that holds a program, or -1. */
    private static int link(int programId) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment next = arena.allocate(ValueLayout.JAVA_INT);
            while (bpf_h.bpf_link_get_next_id(next.get(ValueLayout.JAVA_INT, 0), next) == 0) {
                int fd = bpf_h.bpf_link_get_fd_by_id(next.get(ValueLayout.JAVA_INT, 0));
                if (fd >= 0 && holds(fd, programId)) {
                    return fd;
                }
                if (fd >= 0) {
                    Libc.close(fd);
                }
            }
            return -1;
        }
    }

    private static boolean holds(int linkFd, int programId) {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/self/fdinfo/" + linkFd));
            return lines.contains("link_type:\txdp") && lines.contains("prog_id:\t" + programId);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    AttachMode mode() {
        return mode;
    }

    /** The map of this name; it is closed with this object. */
    BpfMap map(String name) {
        return maps.stream().filter(map -> map.name().equals(name)).findFirst().orElseThrow();
    }

    /** How it differs from a program that this process has loaded; null if it can be used in place of that. */
    ProgramDifference differenceFrom(int ownProgramFd) {
        List<BpfMap> own = maps(ownProgramFd);
        try {
            return ProgramDifference.of(own, maps);
        } finally {
            own.forEach(map -> Libc.close(map.fd()));
        }
    }

    /** The link, for the caller to close. */
    int takeLink() {
        taken = true;
        return linkFd;
    }

    /** Closes the maps, and the link unless it was taken. */
    @Override
    public void close() {
        maps.forEach(map -> Libc.close(map.fd()));
        if (!taken) {
            Libc.close(linkFd);
        }
    }
}
