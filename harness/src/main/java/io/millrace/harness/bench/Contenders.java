package io.millrace.harness.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Who can take part in the suites of a family, by name. */
public final class Contenders {
    /** In the order of the results: the engine, and then C before Java. */
    private final Map<String, Function<String, Contender>> makers = new LinkedHashMap<>();

    /**
     * For the suites of a family.
     *
     * @param harness the harness's folder in the source tree
     */
    public Contenders(Family family, Path harness) {
        makers.put("engine", EngineContender::plain);
        switch (family) {
            case AF_XDP -> makers.put("c", name -> Peers.xdpsock(name, harness));
            case UDP -> {
                makers.put("engine-gso", EngineContender::gso);
                makers.put("engine-zc", EngineContender::zeroCopy);
                makers.put("c-uring", name -> Peers.uring(name, harness, false));
                makers.put("c-uring-gso", name -> Peers.uring(name, harness, true));
                makers.put("c-mmsg", name -> Peers.mmsg(name, harness, false));
                makers.put("c-mmsg-gso", name -> Peers.mmsg(name, harness, true));
                putNetty(harness);
                makers.put("nio", name -> Peers.nio(name, harness));
            }
            case TCP -> {
                makers.put("engine-zc", EngineContender::zeroCopy);
                makers.put("c-epoll", name -> Peers.epoll(name, harness));
                makers.put("c-uring-tcp", name -> Peers.uringTcp(name, harness));
                putNetty(harness);
            }
            default -> throw new IllegalArgumentException(family.toString());
        }
    }

    private void putNetty(Path harness) {
        for (String transport : List.of("nio", "epoll", "io_uring")) {
            makers.put("netty-" + transport, name -> Peers.netty(name, harness, transport));
        }
    }

    /** All names. */
    public List<String> names() {
        return List.copyOf(makers.keySet());
    }

    /**
     * Those of these names, in this order. One that comes again takes part again, under another name: the spread that
     * ratios have by nature.
     *
     * @throws IllegalArgumentException for a name that is not one of {@link #names}
     */
    public List<Contender> of(List<String> chosen) {
        Map<String, Contender> result = new LinkedHashMap<>();
        for (String name : chosen) {
            Function<String, Contender> maker = makers.get(name);
            if (maker == null) {
                throw new IllegalArgumentException("'" + name + "' is no contender; choose from "
                    + String.join(", ", names()));
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
