package io.millrace.xdp;

import io.millrace.bindings.NativeLibrary;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.bpf.bpf_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Gets the accept program with the tables of its rules into the kernel. Cold; any thread. */
public final class ProgramLoader {
    /** What the program is called in its object file. */
    static final String PROGRAM = "accept";

    private final ProgramOptions options;
    private final long maxCells;
    private final boolean loadBytes;

    ProgramLoader(ProgramOptions options) {
        this(options, CellTable.MAX_CELLS, hasLoadBytes());
    }

    /**
     * @param maxCells  the most cells that the fastest table may have; rules that make more become {@link RuleKeys}
     * @param loadBytes whether bytes behind headers of varying length are read by the kernel's helper
     */
    ProgramLoader(ProgramOptions options, long maxCells, boolean loadBytes) {
        this.options = options;
        this.maxCells = maxCells;
        this.loadBytes = loadBytes;
    }

    /**
     * Checks that rules can be loaded as far as that can be told without the kernel; takes as long as a load.
     *
     * @param accept the rules
     * @throws IllegalArgumentException if they make too large a table
     */
    public static void check(List<AcceptRule> accept) {
        tables(accept, CellTable.MAX_CELLS);
    }

    /**
     * Loads the program in every form that accept rules may give it, and closes it again. The kernel's verifier only
     * looks at the part of a program that its rules use, so a form that loads says nothing about the others.
     *
     * @throws XdpException if the kernel refuses one of them
     */
    public static void tryLoading(ProgramOptions options) {
        List<AcceptRule> rules = Stream.of(
                        "ether proto 0x88cc",
                        "ip dst net 10.0.0.0/8 src net 10.0.0.0/8 tcp dst port 9 src port 9",
                        "ip6 dst net fd00::/8 src net fd00::/8 udp dst port 9")
                .map(AcceptRule::parse)
                .toList();
        new ProgramLoader(options).load(List.of(), unloaded -> {}).close();
        for (long cells : new long[] {CellTable.MAX_CELLS, 0}) {
            new ProgramLoader(options, cells, hasLoadBytes())
                    .load(rules, unloaded -> {})
                    .close();
        }
    }

    private static AcceptTables tables(List<AcceptRule> accept, long maxCells) {
        return new AcceptTables(CompiledRules.compile(accept), maxCells);
    }

    /**
     * Returns whether XDP programs may call the helper that copies bytes of a frame at a variable offset; loads a
     * program that does, to find out. Also true if this process may not load any program.
     */
    static boolean hasLoadBytes() {
        NativeLibrary.LIBBPF.require();
        return bpf_h.libbpf_probe_bpf_helper(
                        bpf_h.BPF_PROG_TYPE_XDP(), bpf_h.BPF_FUNC_xdp_load_bytes(), MemorySegment.NULL)
                != 0;
    }

    /**
     * Loads the program.
     *
     * @param accept     its rules
     * @param sharedMaps has a say in the maps that a program with other rules has too, before they are made
     * @throws IllegalArgumentException if the rules make too large a table
     * @throws XdpException             if the kernel refuses
     */
    BpfObject load(List<AcceptRule> accept, Consumer<BpfObject> sharedMaps) {
        AcceptTables tables = tables(accept, maxCells);
        BpfObject object = load(unloaded -> {
            sharedMaps.accept(unloaded);
            tables.prepare(unloaded, options.frags(), loadBytes);
        });
        try {
            tables.fill(object);
            return object;
        } catch (SystemCallException e) {
            object.close();
            throw new XdpException(
                    "filling the tables of the accept rules: " + e.getMessage() + "; use fewer rules, or free memory",
                    e);
        } catch (Throwable e) {
            object.close();
            throw e;
        }
    }

    private BpfObject load(Consumer<BpfObject> beforeLoad) {
        int frags = options.frags() ? bpf_h.BPF_F_XDP_HAS_FRAGS() : 0;
        if (!options.asksDriver()) {
            return BpfObject.load("/bpf/accept.bpf.o", ProgramLoader.class, unloaded -> {
                beforeLoad.accept(unloaded);
                unloaded.flags(PROGRAM, frags);
            });
        }
        try (Arena arena = Arena.ofConfined()) {
            int hints = options.hints().stream().mapToInt(Hint::bit).sum();
            return BpfObject.load("/bpf/metadata.bpf.o", ProgramLoader.class, unloaded -> {
                beforeLoad.accept(unloaded);
                unloaded.initialValue(".rodata.metadata", arena.allocateFrom(ValueLayout.JAVA_INT, hints));
                unloaded.flags(PROGRAM, frags | bpf_h.BPF_F_XDP_DEV_BOUND_ONLY());
                unloaded.bindTo(PROGRAM, options.interfaceIndex());
            });
        } catch (XdpException e) {
            if (e.isDenied()) {
                throw e;
            }
            throw new XdpException(
                    e.getMessage() + "; metadata takes Linux 6.3 (vlan: 6.8) with BTF, set metadata = []"
                            + " to go without",
                    e);
        }
    }
}
