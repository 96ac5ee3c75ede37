package io.millrace.xdp;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Accept rules as the tables that the BPF program looks up. Immutable; knows nothing of the kernel.
 *
 * <p>Each address and port has a class, such that no rule tells two of a class apart. A rule is then a set of keys: one
 * for each combination of the classes that its conditions own. The dimensions that a rule has conditions in are its
 * <em>shape</em>, and a frame needs one look-up per shape in use, however many rules there are.
 */
final class CompiledRules {

    /** More would take more memory in the kernel than the rules are likely to be worth (some 100 bytes each). */
    static final long MAX_KEYS = 1 << 20;

    /** Takes the keys. */
    interface KeySink {
        void accept(RuleKey key, int ruleNumber);
    }

    private final List<AcceptRule> rules;
    private final NetClasses dstNets;
    private final NetClasses srcNets;
    private final PortClasses dstPorts;
    private final PortClasses srcPorts;
    private final List<Integer> shapes;
    private final int keyCount;

    private CompiledRules(Set<AcceptRule> distinct) {
        rules = List.copyOf(distinct);
        dstNets = new NetClasses(all(AcceptRule.Conditions::dstNet));
        srcNets = new NetClasses(all(AcceptRule.Conditions::srcNet));
        dstPorts = new PortClasses(all(AcceptRule.Conditions::dstPorts));
        srcPorts = new PortClasses(all(AcceptRule.Conditions::srcPorts));
        shapes = rules.stream().map(rule -> shape(rule.conditions())).distinct().toList();
        keyCount = checkedKeyCount();
    }

    /**
     * Compiles rules.
     *
     * @param rules any number; none means that every frame is accepted
     * @return their tables
     * @throws IllegalArgumentException if the tables would be too large
     */
    static CompiledRules compile(Collection<AcceptRule> rules) {
        return new CompiledRules(new LinkedHashSet<>(rules));
    }

    private <T> List<T> all(Function<AcceptRule.Conditions, T> condition) {
        return rules.stream().map(AcceptRule::conditions).map(condition).filter(Objects::nonNull).toList();
    }

    /** The dimensions that the rule's keys have something in; addresses say their EtherType themselves. */
    private static int shape(AcceptRule.Conditions conditions) {
        boolean hasNet = conditions.dstNet() != null || conditions.srcNet() != null;
        return (conditions.ethertype() != AcceptRule.ANY && !hasNet ? AcceptLayout.ETHERTYPE : 0)
            | (conditions.protocol() != AcceptRule.ANY ? AcceptLayout.PROTOCOL : 0)
            | (conditions.dstNet() != null ? AcceptLayout.DST_NET : 0)
            | (conditions.srcNet() != null ? AcceptLayout.SRC_NET : 0)
            | (conditions.dstPorts() != null ? AcceptLayout.DST_PORT : 0)
            | (conditions.srcPorts() != null ? AcceptLayout.SRC_PORT : 0);
    }

    private int checkedKeyCount() {
        long keys = 0;
        for (AcceptRule rule : rules) {
            keys += keyCount(rule.conditions());
            if (keys > MAX_KEYS) {
                throw new IllegalArgumentException("accept: " + rules.size() + " rules need more than the " + MAX_KEYS
                    + " table entries there may be, because their nets and ports cut each other into many pieces ('"
                    + rule + "' alone into " + keyCount(rule.conditions())
                    + "); use fewer overlapping nets and port ranges, or drop conditions from the widest rules");
            }
        }
        return (int) keys;
    }

    private long keyCount(AcceptRule.Conditions conditions) {
        return Stream.of(
                dstNets.of(conditions.dstNet()),
                srcNets.of(conditions.srcNet()),
                dstPorts.of(conditions.dstPorts()),
                srcPorts.of(conditions.srcPorts()))
            .mapToLong(ClassRange::count)
            .reduce(1, (a, b) -> Math.min(a * b, Integer.MAX_VALUE));
    }

    /** The shapes in use, at most {@link AcceptLayout#MAX_SHAPES}; empty if every frame is accepted. */
    List<Integer> shapes() {
        return shapes;
    }

    NetClasses dstNets() {
        return dstNets;
    }

    NetClasses srcNets() {
        return srcNets;
    }

    PortClasses dstPorts() {
        return dstPorts;
    }

    PortClasses srcPorts() {
        return srcPorts;
    }

    /** How many keys {@link #forEachKey} calls with, those included that two rules share. */
    int keyCount() {
        return keyCount;
    }

    void forEachKey(KeySink sink) {
        for (int number = 0; number < rules.size(); number++) {
            forEachKey(rules.get(number).conditions(), number, sink);
        }
    }

    private void forEachKey(AcceptRule.Conditions conditions, int ruleNumber, KeySink sink) {
        int shape = shape(conditions);
        int ethertype = (shape & AcceptLayout.ETHERTYPE) != 0 ? conditions.ethertype() : 0;
        int protocol = (shape & AcceptLayout.PROTOCOL) != 0 ? conditions.protocol() : 0;
        ClassRange dst = dstNets.of(conditions.dstNet());
        ClassRange src = srcNets.of(conditions.srcNet());
        ClassRange dstPort = dstPorts.of(conditions.dstPorts());
        ClassRange srcPort = srcPorts.of(conditions.srcPorts());
        for (int d = dst.first(); d <= dst.last(); d++) {
            for (int s = src.first(); s <= src.last(); s++) {
                for (int dp = dstPort.first(); dp <= dstPort.last(); dp++) {
                    for (int sp = srcPort.first(); sp <= srcPort.last(); sp++) {
                        sink.accept(new RuleKey(shape, ethertype, protocol, d, s, dp, sp), ruleNumber);
                    }
                }
            }
        }
    }
}
