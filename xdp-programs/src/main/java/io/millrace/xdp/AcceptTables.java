package io.millrace.xdp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Writes compiled rules into the maps of {@code accept_frame.h}: sizes and constants before loading, entries after it.
 */
final class AcceptTables {

    private static final List<Boolean> FAMILIES = List.of(false, true);

    private final CompiledRules rules;
    private final CellTable cells;
    private final RuleKeys keys;

    /**
     * Chooses between cells and rule keys.
     *
     * @param rules    what to accept
     * @param maxCells the most cells to use; 0 for rule keys in any case
     * @throws IllegalArgumentException if neither way holds the rules
     */
    AcceptTables(CompiledRules rules, long maxCells) {
        this.rules = rules;
        cells = CellTable.of(rules, maxCells);
        keys = cells == null ? new RuleKeys(rules) : null;
    }

    /**
     * @param frags     whether the program is loaded for frames in several buffers
     * @param loadBytes whether the program reads what follows headers of varying length by a helper of the kernel
     */
    void prepare(BpfObject unloaded, boolean frags, boolean loadBytes) {
        unloaded.maxEntries("cells", cells == null ? 1 : cells.bits().length);
        unloaded.maxEntries("rules", keys == null ? 1 : Math.max(1, keys.count()));
        for (boolean ipv6 : FAMILIES) {
            unloaded.maxEntries(dstTrie(ipv6), Math.max(1, count(rules.dstNets(), ipv6)));
            unloaded.maxEntries(srcTrie(ipv6), Math.max(1, count(rules.srcNets(), ipv6)));
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment config = arena.allocate(AcceptLayout.CONFIG_LENGTH, Integer.BYTES);
            AcceptLayout.writeConfig(config, rules, cells != null, frags, loadBytes);
            unloaded.initialValue(AcceptLayout.CONFIG, config);
            MemorySegment tables = arena.allocate(AcceptLayout.CLASS_TABLES_LENGTH, Integer.BYTES);
            writeClassTables(tables);
            unloaded.initialValue(".bss", tables);
        }
    }

    private void writeClassTables(MemorySegment tables) {
        int dstStride = stride(Dimension.DST_PORT);
        int srcStride = stride(Dimension.SRC_PORT);
        for (int port = 0; port < PortRange.PORTS; port++) {
            AcceptLayout.writeDstPort(tables, port, rules.dstPorts().of(port) * dstStride);
            AcceptLayout.writeSrcPort(tables, port, rules.srcPorts().of(port) * srcStride);
        }
        for (int ethertype : rules.ethertypes().values()) {
            int classNumber = rules.ethertypes().of(ethertype);
            AcceptLayout.writeEthertype(tables, ethertype, classNumber * stride(Dimension.ETHERTYPE));
        }
        for (int protocol : rules.protocols().values()) {
            int classNumber = rules.protocols().of(protocol);
            AcceptLayout.writeProtocol(tables, protocol, classNumber * stride(Dimension.PROTOCOL));
        }
    }

    void fill(BpfObject loaded) {
        for (boolean ipv6 : FAMILIES) {
            fillTrie(loaded.map(dstTrie(ipv6)), rules.dstNets(), ipv6, stride(Dimension.DST_NET));
            fillTrie(loaded.map(srcTrie(ipv6)), rules.srcNets(), ipv6, stride(Dimension.SRC_NET));
        }
        if (cells == null) {
            fillRules(loaded.map("rules"));
        } else {
            fillCells(loaded.map("cells"));
        }
    }

    private static void fillTrie(BpfMap trie, NetClasses nets, boolean ipv6, int stride) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(AcceptLayout.prefixLength(ipv6), Integer.BYTES);
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            List<Prefix> prefixes = nets.prefixes();
            for (int i = 0; i < prefixes.size(); i++) {
                Prefix prefix = prefixes.get(i);
                if (prefix.ipv6() == ipv6) {
                    AcceptLayout.writePrefix(key, prefix);
                    value.set(ValueLayout.JAVA_INT, 0, (i + 1) * stride);
                    trie.put(key, value);
                }
            }
        }
    }

    private void fillRules(BpfMap table) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(AcceptLayout.KEY_LENGTH, Integer.BYTES);
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            keys.forEach((shape, classes, ruleNumber) -> {
                AcceptLayout.writeKey(key, shape, classes);
                value.set(ValueLayout.JAVA_INT, 0, ruleNumber);
                table.put(key, value);
            });
        }
    }

    private void fillCells(BpfMap table) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment value = arena.allocate(ValueLayout.JAVA_LONG);
            long[] bits = cells.bits();
            for (int i = 0; i < bits.length; i++) {
                // The map is zero at first, so zeros need not be written.
                if (bits[i] != 0) {
                    key.set(ValueLayout.JAVA_INT, 0, i);
                    value.set(ValueLayout.JAVA_LONG, 0, bits[i]);
                    table.put(key, value);
                }
            }
        }
    }

    private int stride(Dimension dimension) {
        return cells == null ? 1 : cells.stride(dimension);
    }

    private static int count(NetClasses nets, boolean ipv6) {
        return (int)
                nets.prefixes().stream().filter(prefix -> prefix.ipv6() == ipv6).count();
    }

    private static String dstTrie(boolean ipv6) {
        return ipv6 ? "dst_ipv6" : "dst_ipv4";
    }

    private static String srcTrie(boolean ipv6) {
        return ipv6 ? "src_ipv6" : "src_ipv4";
    }
}
