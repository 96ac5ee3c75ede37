package io.millrace.afxdp;

import io.millrace.xdp.AcceptRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The XDP programs of one engine: an interface has one, however many pollers have queues of it, and another one when it
 * was lost and is back. Cold; any thread, one at a time.
 */
public final class XdpPrograms {
    /** By the name that the config has; the interface may have others. */
    private final Map<String, SharedProgram> byInterface = new HashMap<>();

    /** Whether an interface has one that a user receives by. */
    synchronized boolean has(String interfaceName) {
        SharedProgram program = byInterface.get(interfaceName);
        return program != null && !program.isOver();
    }

    /** By which other name an interface has one that a user receives by; null if by none. */
    synchronized String otherName(String interfaceName, int index) {
        for (Map.Entry<String, SharedProgram> entry : byInterface.entrySet()) {
            SharedProgram program = entry.getValue();
            if (!entry.getKey().equals(interfaceName) && !program.isOver() && program.interfaceIndex() == index) {
                return entry.getKey();
            }
        }
        return null;
    }

    /**
     * That of an interface; made by whoever asks first. The caller closes it.
     *
     * @param rules those of an interface that has had none yet
     * @param maker makes one with the rules that it is to have
     */
    synchronized SharedProgram share(
            String interfaceName, List<AcceptRule> rules, Function<List<AcceptRule>, SharedProgram> maker) {
        SharedProgram program = byInterface.get(interfaceName);
        if (program == null || program.isOver()) {
            program = maker.apply(program == null ? rules : program.rules());
            byInterface.put(interfaceName, program);
        }
        program.join();
        return program;
    }

    /** Changes the rules of an interface's program; those of one that is over hold for the next one. */
    synchronized void accept(String interfaceName, List<AcceptRule> rules) {
        byInterface.get(interfaceName).accept(rules);
    }

    synchronized List<AcceptRule> rules(String interfaceName) {
        return byInterface.get(interfaceName).rules();
    }
}
