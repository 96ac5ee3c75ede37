package io.millrace.xdp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Writes compiled rules into the maps of {@code accept.bpf.c}: sizes and constants before loading, entries after. */
final class AcceptTables {

    private final CompiledRules rules;

    AcceptTables(CompiledRules rules) {
        this.rules = rules;
    }

    void prepare(BpfObject unloaded) {
        unloaded.maxEntries("rules", Math.max(1, rules.keyCount()));
        for (boolean ipv6 : new boolean[] {false, true}) {
            unloaded.maxEntries(dstTrie(ipv6), Math.max(1, count(rules.dstNets(), ipv6)));
            unloaded.maxEntries(srcTrie(ipv6), Math.max(1, count(rules.srcNets(), ipv6)));
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment config = arena.allocate(AcceptLayout.CONFIG_LENGTH);
            AcceptLayout.writeConfig(config, rules.shapes());
            unloaded.initialValue(".rodata.config", config);
            MemorySegment ports = arena.allocate(AcceptLayout.PORT_CLASSES_LENGTH, Integer.BYTES);
            AcceptLayout.writePortClasses(ports, rules.dstPorts(), rules.srcPorts());
            unloaded.initialValue(".bss", ports);
        }
    }

    void fill(BpfObject loaded) {
        for (boolean ipv6 : new boolean[] {false, true}) {
            fillTrie(loaded.map(dstTrie(ipv6)), rules.dstNets(), ipv6);
            fillTrie(loaded.map(srcTrie(ipv6)), rules.srcNets(), ipv6);
        }
        fillRules(loaded.map("rules"));
    }

    private static void fillTrie(BpfMap trie, NetClasses nets, boolean ipv6) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(AcceptLayout.prefixLength(ipv6), Integer.BYTES);
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            List<Prefix> prefixes = nets.prefixes();
            for (int i = 0; i < prefixes.size(); i++) {
                Prefix prefix = prefixes.get(i);
                if (prefix.ipv6() == ipv6) {
                    AcceptLayout.writePrefix(key, prefix);
                    value.set(ValueLayout.JAVA_INT, 0, i + 1);
                    trie.put(key, value);
                }
            }
        }
    }

    private void fillRules(BpfMap table) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(AcceptLayout.KEY_LENGTH, Integer.BYTES);
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            rules.forEachKey((ruleKey, ruleNumber) -> {
                AcceptLayout.writeKey(key, ruleKey);
                value.set(ValueLayout.JAVA_INT, 0, ruleNumber);
                table.put(key, value);
            });
        }
    }

    private static int count(NetClasses nets, boolean ipv6) {
        return (int) nets.prefixes().stream().filter(prefix -> prefix.ipv6() == ipv6).count();
    }

    private static String dstTrie(boolean ipv6) {
        return ipv6 ? "dst_ipv6" : "dst_ipv4";
    }

    private static String srcTrie(boolean ipv6) {
        return ipv6 ? "src_ipv6" : "src_ipv4";
    }
}
