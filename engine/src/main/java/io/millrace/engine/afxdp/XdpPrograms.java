package io.millrace.engine.afxdp;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The XDP programs of one engine: an interface has one, however many pollers have queues of it. Cold; one thread. */
public final class XdpPrograms {
    private final Map<String, SharedProgram> byInterface = new HashMap<>();

    boolean has(String interfaceName) {
        return byInterface.containsKey(interfaceName);
    }

    /** That of an interface; made by whoever asks first. The caller closes it. */
    SharedProgram share(String interfaceName, Supplier<SharedProgram> maker) {
        SharedProgram program = byInterface.computeIfAbsent(interfaceName, name -> maker.get());
        program.join();
        return program;
    }
}
