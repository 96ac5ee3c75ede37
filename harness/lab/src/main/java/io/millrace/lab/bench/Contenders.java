package io.millrace.lab.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The contenders that can take part in the suites of a family, by name. */
public final class Contenders {
    /** The engine with two stage threads on the sender's CPU. */
    static final String BESIDE_SENDER = "engine-2s-beside";
    /** The engine with room for what comes while other threads of its JVM have the poller's CPU. */
    static final String DEEP = "engine-deep";
    /** The contenders of {@link Suite#AFXDP_PACED}. */
    static final List<String> PACED = List.of(DEEP, BESIDE_SENDER, "c");

    private static final Set<String> FEW = Set.of("engine", "c", "c-uring", "netty-epoll");

    /** The contenders in the order of the results: the engine, then C before Java. */
    private final Map<String, Function<String, Contender>> makers = new LinkedHashMap<>();

    private final Set<String> aside = new HashSet<>();

    /**
     * For the suites of a family.
     *
     * @param lab the lab's folder in the source tree
     */
    public Contenders(Family family, Path lab) {
        put("engine", EngineVariant.PLAIN);
        switch (family) {
            case AF_XDP -> {
                put("engine-1s", EngineVariant.stages(1));
                put("engine-2s", EngineVariant.stages(2));
                put("engine-3s", EngineVariant.stages(3));
                makers.put("c", name -> Peers.xdpsock(name, lab));
                makers.put("dpdk", name -> new DpdkPeer(name, lab));
                makers.put("af-packet", name -> new AfPacketPeer(name, lab));
                putAside(BESIDE_SENDER, EngineVariant.stagesBesideSender(2));
                putAside("engine-all", EngineVariant.QUEUES);
                putAside("engine-1r", EngineVariant.rules(1));
                putAside("engine-10kr", EngineVariant.rules(10_000));
                putAside("engine-late", EngineVariant.LATE_DROP);
                putAside("engine-small", EngineVariant.SMALL);
                putAside(DEEP, EngineVariant.DEEP);
                putAside("engine-forward", EngineVariant.FORWARD);
                putAside("engine-forward-copy", EngineVariant.FORWARD_COPY);
            }
            case UDP -> {
                put("engine-gso", EngineVariant.GSO);
                putAside("engine-zc", EngineVariant.ZERO_COPY);
                putAside("engine-min-wait", EngineVariant.MIN_WAIT);
                makers.put("c-uring", name -> Peers.uring(name, lab, false));
                makers.put("c-uring-gso", name -> Peers.uring(name, lab, true));
                makers.put("c-mmsg", name -> Peers.mmsg(name, lab, false));
                makers.put("c-mmsg-gso", name -> Peers.mmsg(name, lab, true));
                putNetty(lab);
                makers.put("nio", name -> Peers.nio(name, lab));
                makers.put("go-udp", name -> Peers.go(name, lab));
            }
            case TCP -> {
                putAside("engine-zc", EngineVariant.ZERO_COPY);
                makers.put("c-epoll", name -> Peers.epoll(name, lab));
                makers.put("c-uring-tcp", name -> Peers.uringTcp(name, lab));
                putNetty(lab);
                makers.put("go-tcp", name -> Peers.go(name, lab));
            }
            default -> throw new IllegalArgumentException(family.toString());
        }
    }

    private void put(String name, EngineVariant variant) {
        makers.put(name, given -> new EngineContender(given, variant));
    }

    /** A contender that takes part only if it is named. */
    private void putAside(String name, EngineVariant variant) {
        put(name, variant);
        aside.add(name);
    }

    private void putNetty(Path lab) {
        for (String transport : List.of("nio", "epoll", "io_uring")) {
            makers.put("netty-" + transport, name -> Peers.netty(name, lab, transport));
        }
    }

    /** The names of all contenders. */
    public List<String> names() {
        return List.copyOf(makers.keySet());
    }

    /** The contenders that take part if nobody was named: the engine with its plain settings, and the others. */
    public List<String> usual() {
        return names().stream().filter(name -> !aside.contains(name)).toList();
    }

    /** The few contenders that tell most, for a quick run. */
    public List<String> few() {
        return names().stream().filter(FEW::contains).toList();
    }

    /**
     * Returns the contenders with these names, in this order. A name that comes again takes part again, under another
     * name, which shows the natural spread of ratios.
     *
     * @throws IllegalArgumentException for a name that is not one of {@link #names}
     */
    public List<Contender> of(List<String> chosen) {
        Map<String, Contender> result = new LinkedHashMap<>();
        for (String name : chosen) {
            Function<String, Contender> maker = makers.get(name);
            if (maker == null) {
                throw new IllegalArgumentException(
                        "'" + name + "' is no contender; choose from " + String.join(", ", names()));
            }
            String unique = name;
            while (result.containsKey(unique)) {
                unique += " again";
            }
            result.put(unique, maker.apply(unique));
        }
        return new ArrayList<>(result.values());
    }
}
