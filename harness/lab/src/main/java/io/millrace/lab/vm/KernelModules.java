package io.millrace.lab.vm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Which modules a driver needs, in the order to load them. A kernel's package comes without {@code modules.dep}, which
 * {@code depmod} makes when it is installed: so the files themselves are asked, which say {@code depends=} in their
 * section {@code .modinfo}.
 */
final class KernelModules {
    private static final byte[] DEPENDS = "\0depends=".getBytes(StandardCharsets.US_ASCII);

    private final Function<String, Optional<byte[]>> source;
    private final Map<String, byte[]> order = new LinkedHashMap<>();

    private KernelModules(Function<String, Optional<byte[]>> source) {
        this.source = source;
    }

    /**
     * Looks modules up, with all that they depend on.
     *
     * @param source a module by its name, uncompressed; empty for one that is no file, because it is built in
     * @return modules by name, each behind those that it needs
     */
    static Map<String, byte[]> loadOrder(List<String> names, Function<String, Optional<byte[]>> source) {
        KernelModules modules = new KernelModules(source);
        names.forEach(modules::add);
        return modules.order;
    }

    private void add(String name) {
        if (order.containsKey(name)) {
            return;
        }
        Optional<byte[]> module = source.apply(name);
        if (module.isPresent()) {
            depends(module.get()).forEach(this::add);
            order.put(name, module.get());
        }
    }

    /** What a module says it depends on. */
    static List<String> depends(byte[] module) {
        int start = indexOf(module, DEPENDS);
        if (start < 0) {
            return List.of();
        }
        int from = start + DEPENDS.length;
        int to = from;
        while (to < module.length && module[to] != 0) {
            to++;
        }
        String list = new String(module, from, to - from, StandardCharsets.US_ASCII);
        return new ArrayList<>(
                Stream.of(list.split(",")).filter(name -> !name.isEmpty()).toList());
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int i = 0; i <= bytes.length - wanted.length; i++) {
            int matched = 0;
            while (matched < wanted.length && bytes[i + matched] == wanted[matched]) {
                matched++;
            }
            if (matched == wanted.length) {
                return i;
            }
        }
        return -1;
    }
}
