package io.millrace.afxdp;

import io.millrace.xdp.AcceptRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The XDP programs of one engine. An interface has one, however many pollers have queues of it, and gets another one
 * when it was lost and is back. Cold; any thread.
 */
public final class XdpPrograms {
    /** The programs by the names of their interfaces in the config; an interface may have other names. */
    private final Map<String, InterfaceProgram> byInterface = new HashMap<>();

    /** Whether an interface has a program by which a user receives. */
    synchronized boolean has(String interfaceName) {
        InterfaceProgram program = byInterface.get(interfaceName);
        return program != null && !program.isOver();
    }

    /**
     * The other name by which the interface of this index has a program that a user receives by; null if there is none.
     */
    synchronized String otherName(String interfaceName, int index) {
        for (Map.Entry<String, InterfaceProgram> entry : byInterface.entrySet()) {
            InterfaceProgram program = entry.getValue();
            if (!entry.getKey().equals(interfaceName) && !program.isOver() && program.interfaceIndex() == index) {
                return entry.getKey();
            }
        }
        return null;
    }

    /**
     * The program of an interface, made for the first that asks. The caller becomes one of its users, and closes it.
     *
     * @param rules the rules for an interface that has had no program yet
     * @param maker makes a program with the rules that it is given
     */
    synchronized InterfaceProgram share(
            String interfaceName, List<AcceptRule> rules, Function<List<AcceptRule>, InterfaceProgram> maker) {
        InterfaceProgram program = byInterface.get(interfaceName);
        if (program == null || program.isOver()) {
            program = maker.apply(program == null ? rules : program.rules());
            byInterface.put(interfaceName, program);
        }
        program.join();
        return program;
    }

    /** Changes the rules of an interface's program, or of its next one if that is over. */
    synchronized void accept(String interfaceName, List<AcceptRule> rules) {
        byInterface.get(interfaceName).accept(rules);
    }

    synchronized List<AcceptRule> rules(String interfaceName) {
        return byInterface.get(interfaceName).rules();
    }
}
