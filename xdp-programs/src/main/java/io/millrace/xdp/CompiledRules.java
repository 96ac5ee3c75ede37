package io.millrace.xdp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Accept rules, turned into ranges of classes. Immutable; knows nothing of the kernel.
 *
 * <p>In each {@link Dimension} a frame has a class. No rule distinguishes two frames of one class; class 0 is for
 * values that no rule mentions. So a rule is a box: in each dimension a range of classes, or every class if it has no
 * condition there. The dimensions in which it has conditions are its <em>shape</em>.
 */
final class CompiledRules {

    /** A rule's range in each dimension, null where it has no condition. */
    private record Box(AcceptRule rule, ClassRange[] ranges, int shape) {}

    private final ValueClasses ethertypes;
    private final ValueClasses protocols;
    private final NetClasses dstNets;
    private final NetClasses srcNets;
    private final PortClasses dstPorts;
    private final PortClasses srcPorts;
    private final List<Box> boxes = new ArrayList<>();

    private CompiledRules(Set<AcceptRule> rules) {
        ethertypes = new ValueClasses(all(rules, CompiledRules::ethertype));
        protocols = new ValueClasses(all(rules, CompiledRules::protocol));
        dstNets = new NetClasses(all(rules, AcceptRule.Conditions::dstNet));
        srcNets = new NetClasses(all(rules, AcceptRule.Conditions::srcNet));
        dstPorts = new PortClasses(all(rules, AcceptRule.Conditions::dstPorts));
        srcPorts = new PortClasses(all(rules, AcceptRule.Conditions::srcPorts));
        rules.forEach(rule -> boxes.add(box(rule)));
    }

    /**
     * Compiles rules.
     *
     * @param rules any number; none means that every frame is accepted
     * @return their classes
     */
    static CompiledRules compile(Collection<AcceptRule> rules) {
        return new CompiledRules(new LinkedHashSet<>(rules));
    }

    private static <T> List<T> all(Set<AcceptRule> rules, Function<AcceptRule.Conditions, T> condition) {
        return rules.stream()
                .map(AcceptRule::conditions)
                .map(condition)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Returns the EtherType that a rule asks for, or null; a rule with addresses needs none, since these imply it. */
    private static Integer ethertype(AcceptRule.Conditions conditions) {
        boolean hasNet = conditions.dstNet() != null || conditions.srcNet() != null;
        return conditions.ethertype() == AcceptRule.ANY || hasNet ? null : conditions.ethertype();
    }

    private static Integer protocol(AcceptRule.Conditions conditions) {
        return conditions.protocol() == AcceptRule.ANY ? null : conditions.protocol();
    }

    private Box box(AcceptRule rule) {
        AcceptRule.Conditions conditions = rule.conditions();
        ClassRange[] ranges = new ClassRange[Dimension.COUNT];
        put(ranges, Dimension.ETHERTYPE, ethertype(conditions), value -> single(ethertypes.of(value)));
        put(ranges, Dimension.PROTOCOL, protocol(conditions), value -> single(protocols.of(value)));
        put(ranges, Dimension.DST_NET, conditions.dstNet(), dstNets::of);
        put(ranges, Dimension.SRC_NET, conditions.srcNet(), srcNets::of);
        put(ranges, Dimension.DST_PORT, conditions.dstPorts(), dstPorts::of);
        put(ranges, Dimension.SRC_PORT, conditions.srcPorts(), srcPorts::of);
        int shape = 0;
        for (Dimension dimension : Dimension.values()) {
            shape |= ranges[dimension.ordinal()] == null ? 0 : dimension.bit();
        }
        return new Box(rule, ranges, shape);
    }

    private static <T> void put(
            ClassRange[] ranges, Dimension dimension, T condition, Function<T, ClassRange> classes) {
        ranges[dimension.ordinal()] = condition == null ? null : classes.apply(condition);
    }

    private static ClassRange single(int classNumber) {
        return new ClassRange(classNumber, classNumber);
    }

    /** The shapes in use, each once; empty if every frame is accepted. */
    List<Integer> shapes() {
        return boxes.stream().map(Box::shape).distinct().toList();
    }

    /** The dimensions of all shapes together. */
    int dimensions() {
        return boxes.stream().mapToInt(Box::shape).reduce(0, (a, b) -> a | b);
    }

    /** How many rules there are, equal ones counted once. */
    int ruleCount() {
        return boxes.size();
    }

    AcceptRule rule(int number) {
        return boxes.get(number).rule();
    }

    int shape(int number) {
        return boxes.get(number).shape();
    }

    /** The range of a rule in a dimension, or null if the rule has no condition there. */
    ClassRange range(int number, Dimension dimension) {
        return boxes.get(number).ranges()[dimension.ordinal()];
    }

    /** How many classes a dimension has, class 0 not counted. */
    int classCount(Dimension dimension) {
        return switch (dimension) {
            case ETHERTYPE -> ethertypes.count();
            case PROTOCOL -> protocols.count();
            case DST_NET -> dstNets.count();
            case SRC_NET -> srcNets.count();
            case DST_PORT -> dstPorts.count();
            case SRC_PORT -> srcPorts.count();
        };
    }

    ValueClasses ethertypes() {
        return ethertypes;
    }

    ValueClasses protocols() {
        return protocols;
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
}
