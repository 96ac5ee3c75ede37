package io.millrace.afxdp;

import io.millrace.xdp.AcceptRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The XDP programs of one engine. An interface has one program, however many pollers have queues of it, and gets a new
 * one when it was lost and is back. Cold; any thread may use this.
 */
public final class XdpPrograms {
    /** The programs by the names of their interfaces in the config; an interface may have other names. */
    private final Map<String, InterfaceProgram> byInterface = new HashMap<>();

    /** Returns whether an interface has a program by which a user is receiving. */
    synchronized boolean has(String interfaceName) {
        InterfaceProgram program = byInterface.get(interfaceName);
        return program != null && !program.isOver();
    }

    /** Returns another name under which the interface of this index has a program in use; null if there is none. */
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
     * Returns the program of an interface, which is made for the first caller. The caller becomes one of its users, and
     * has to close it.
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

    /** Changes the rules of an interface's program, or of its next one if the current one has been detached. */
    synchronized void accept(String interfaceName, List<AcceptRule> rules) {
        byInterface.get(interfaceName).accept(rules);
    }

    synchronized List<AcceptRule> rules(String interfaceName) {
        return byInterface.get(interfaceName).rules();
    }
}
