package io.millrace.xdp;

import io.millrace.bindings.CallState;
import io.millrace.bindings.Errno;
import io.millrace.bindings.NativeLibrary;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.bpf.bpf_h;
import io.millrace.bindings.bpf.bpf_object_open_opts;
import io.millrace.bindings.libc.libc_h;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The maps and programs, in the kernel, of one object file that {@code build-bpf} compiled. Closing it closes this
 * process's descriptors; the kernel keeps what a link or a socket still needs.
 *
 * <p>Cold and not thread-safe. Needs CAP_BPF and CAP_NET_ADMIN, or root.
 */
public final class BpfObject implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BpfObject.class);
    private static final int VERIFIER_LOG_LENGTH_BYTES = 1 << 20;
    private static final int QUOTED_LOG_LINES = 4;
    private final String name;
    private MemorySegment object;

    private BpfObject(String name, MemorySegment object) {
        this.name = name;
        this.object = object;
    }

    /**
     * Loads an object file as it is.
     *
     * @param resource its place on the class path, seen from the anchor: "/bpf/accept.bpf.o"
     * @param anchor   a class of the same jar
     * @return the object, for the caller to close
     * @throws XdpException if the kernel refuses it
     */
    public static BpfObject load(String resource, Class<?> anchor) {
        return load(resource, anchor, unloaded -> {});
    }

    /**
     * Loads an object file.
     *
     * @param resource   its place on the class path, seen from the anchor: "/bpf/accept.bpf.o"
     * @param anchor     a class of the same jar
     * @param beforeLoad sets sizes and initial values of maps, which can't be changed later
     * @return the object, for the caller to close
     * @throws XdpException if the kernel refuses it
     */
    public static BpfObject load(String resource, Class<?> anchor, Consumer<BpfObject> beforeLoad) {
        NativeLibrary.LIBBPF.require();
        LibbpfLog.forget();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment verifierLog = arena.allocate(VERIFIER_LOG_LENGTH_BYTES);
            BpfObject bpf = open(resource, anchor, verifierLog, arena);
            try {
                beforeLoad.accept(bpf);
                int result = bpf_h.bpf_object__load(bpf.object);
                if (result < 0) {
                    throw bpf.refused(-result, verifierLog.getString(0));
                }
                return bpf;
            } catch (Throwable e) {
                bpf.close();
                throw e;
            }
        }
    }

    private static BpfObject open(String resource, Class<?> anchor, MemorySegment verifierLog, Arena arena) {
        String name = resource.substring(resource.lastIndexOf('/') + 1).replaceAll("\\..*", "");
        byte[] file = read(resource, anchor);
        MemorySegment bytes = arena.allocate(file.length, Long.BYTES);
        bytes.copyFrom(MemorySegment.ofArray(file));
        MemorySegment options = bpf_object_open_opts.allocate(arena);
        bpf_object_open_opts.sz(options, options.byteSize());
        bpf_object_open_opts.object_name(options, arena.allocateFrom(name));
        bpf_object_open_opts.kernel_log_buf(options, verifierLog);
        bpf_object_open_opts.kernel_log_size(options, verifierLog.byteSize());
        MemorySegment state = CallState.allocate(arena);
        MemorySegment object = openMem(state, bytes, options);
        if (object.address() == 0) {
            throw new XdpException("BPF object " + resource + " cannot be opened: " + named(CallState.errno(state))
                    + warnings() + "; build it again with a clang that libbpf " + bpf_h.libbpf_major_version() + "."
                    + bpf_h.libbpf_minor_version() + " understands");
        }
        return new BpfObject(name, object);
    }

    private static MemorySegment openMem(MemorySegment state, MemorySegment bytes, MemorySegment options) {
        MethodHandle open =
                CallState.link(bpf_h.bpf_object__open_mem$address(), bpf_h.bpf_object__open_mem$descriptor());
        try {
            return (MemorySegment) open.invokeExact(state, bytes, bytes.byteSize(), options);
        } catch (Throwable e) {
            throw new AssertionError("a downcall does not throw", e);
        }
    }

    private static byte[] read(String resource, Class<?> anchor) {
        try (InputStream in = anchor.getResourceAsStream(resource)) {
            if (in == null) {
                throw new XdpException("resource " + resource + " is missing from the jar of " + anchor.getName()
                        + "; build the module that it belongs to");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + resource, e);
        }
    }

    private XdpException refused(int errno, String verifierLog) {
        LOG.debug("verifier log of {}: {}", name, verifierLog);
        if (errno == libc_h.EPERM()) {
            return XdpException.denied("loading BPF program " + name + ": EPERM" + LoadPrivileges.missing());
        }
        if (errno == libc_h.EACCES() && !LoadPrivileges.mayDoAllInPrograms()) {
            return XdpException.denied("loading BPF program " + name + ": EACCES, this kernel's verifier wants"
                    + " CAP_PERFMON for it" + lastLines(verifierLog) + "; grant CAP_PERFMON beside the others, or use a"
                    + " newer kernel");
        }
        return new XdpException("loading BPF program " + name + ": " + named(errno) + lastLines(verifierLog)
                + warnings() + "; check that the kernel is 5.12 or newer, and report this with the debug log of "
                + BpfObject.class.getName());
    }

    private static String lastLines(String log) {
        List<String> lines =
                log.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        return lines.isEmpty() ? "" : ", the verifier says: " + String.join(" | ", tail(lines));
    }

    private static String warnings() {
        // The verifier's log is also among the warnings, at full length.
        Stream<String> lines = LibbpfLog.warnings().stream().filter(line -> line.indexOf('\n') < 0);
        List<String> tail = tail(lines.toList());
        return tail.isEmpty() ? "" : ", libbpf says: " + String.join(" | ", tail);
    }

    private static List<String> tail(List<String> lines) {
        return lines.subList(Math.max(0, lines.size() - QUOTED_LOG_LINES), lines.size());
    }

    private static String named(int errno) {
        return Errno.name(errno) + " (" + Errno.describe(errno) + ")";
    }

    /**
     * Sets how many entries a map has room for. Before loading.
     *
     * @param map        as in the BPF program
     * @param maxEntries at least 1
     */
    public void maxEntries(String map, int maxEntries) {
        check("size of map " + map, bpf_h.bpf_map__set_max_entries(find(map), maxEntries));
    }

    /**
     * Sets the contents of a section of global variables. Before loading.
     *
     * @param section such as ".rodata"
     * @param value   as long as the section
     */
    public void initialValue(String section, MemorySegment value) {
        check("value of " + section, bpf_h.bpf_map__set_initial_value(find(section), value, value.byteSize()));
    }

    /**
     * Uses an existing map, with its entries and its size, as one of this object's. The two objects may be closed in
     * any order. Before loading.
     *
     * @param map      as in the BPF program
     * @param existing of the same kind, keys and values, of an object that is open
     */
    public void reuse(String map, BpfMap existing) {
        check("reuse of map " + map, bpf_h.bpf_map__reuse_fd(find(map), existing.fd()));
    }

    /**
     * Sets the flags that the kernel is to load a program with. Before loading.
     *
     * @param program as in the BPF program
     * @param flags   bits BPF_F_… of linux/bpf.h
     */
    public void flags(String program, int flags) {
        check("flags of " + program, bpf_h.bpf_program__set_flags(findProgram(program), flags));
    }

    /**
     * Sets the interface that a program is for. Before loading.
     *
     * @param program        as in the BPF program
     * @param interfaceIndex of the calling thread's network namespace
     */
    public void bindTo(String program, int interfaceIndex) {
        bpf_h.bpf_program__set_ifindex(findProgram(program), interfaceIndex);
    }

    /**
     * The descriptor of a program.
     *
     * @param program as in the BPF program
     * @return its descriptor, owned by this object
     */
    public int programFd(String program) {
        return bpf_h.bpf_program__fd(findProgram(program));
    }

    private MemorySegment findProgram(String program) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = bpf_h.bpf_object__find_program_by_name(open(), arena.allocateFrom(program));
            if (found.address() == 0) {
                throw new IllegalArgumentException("BPF object " + name + " has no program " + program);
            }
            return found;
        }
    }

    /**
     * A map.
     *
     * @param map as in the BPF program, or a section of global variables such as ".bss"
     * @return its descriptor, owned by this object
     */
    public int mapFd(String map) {
        return bpf_h.bpf_map__fd(find(map));
    }

    /**
     * A map.
     *
     * @param map as in the BPF program, or a section of global variables such as ".bss"
     * @return the map, usable until this is closed
     */
    public BpfMap map(String map) {
        MemorySegment found = find(map);
        return new BpfMap(
                map, bpf_h.bpf_map__fd(found), bpf_h.bpf_map__key_size(found), bpf_h.bpf_map__value_size(found));
    }

    private MemorySegment find(String map) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = bpf_h.bpf_object__find_map_by_name(open(), arena.allocateFrom(map));
            if (found.address() == 0) {
                throw new IllegalArgumentException("BPF object " + name + " has no map " + map);
            }
            return found;
        }
    }

    private MemorySegment open() {
        if (object == null) {
            throw new IllegalStateException("BPF object " + name + " is closed");
        }
        return object;
    }

    private void check(String what, int result) {
        if (result < 0) {
            throw new SystemCallException("BPF object " + name + ": " + what, -result);
        }
    }

    /** Gives the descriptors back. Calling it again does nothing. */
    @Override
    public void close() {
        if (object != null) {
            bpf_h.bpf_object__close(object);
            object = null;
        }
    }
}
