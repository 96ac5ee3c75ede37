package io.millrace.afxdp;

import io.millrace.xdp.AcceptRule;
import io.millrace.xdp.Attachment;
import io.millrace.xdp.ProgramLoader;
import io.millrace.xdp.XdpCounters;
import io.millrace.xdp.XdpProgram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The XDP program of an interface, shared by all pollers with queues of the interface. It is detached when the last of
 * these users has stopped receiving. Cold; any thread may call {@link #counters} and the methods for rules.
 */
final class InterfaceProgram implements AutoCloseable {
    private final XdpProgram program;
    private final Attachment attachment;
    private final int interfaceIndex;
    private int users;
    private int receiving;
    /** The rules for the next program of the interface, if they were changed after this one had been detached. */
    private volatile List<AcceptRule> later;

    /** @param interfaceIndex the kernel's number of the interface that it is attached to */
    InterfaceProgram(XdpProgram program, Attachment attachment, int interfaceIndex) {
        this.program = program;
        this.attachment = attachment;
        this.interfaceIndex = interfaceIndex;
    }

    synchronized void join() {
        users++;
        receiving++;
    }

    int interfaceIndex() {
        return interfaceIndex;
    }

    Attachment attachment() {
        return attachment;
    }

    void register(int queue, int socketFd) {
        program.register(queue, socketFd);
    }

    MemorySegment gate(int queue, Arena arena) {
        return program.gate(queue, arena);
    }

    void unregister(int queue) {
        program.unregister(queue);
    }

    /**
     * A user stops receiving. For the last user this detaches the program, which waits until no CPU runs it any more:
     * after that each frame that it sent to a socket is in the RX ring.
     */
    synchronized void leave() {
        if (--receiving == 0) {
            program.detach();
        }
    }

    /** Returns whether all users have stopped receiving or are gone, so that a new user needs another program. */
    synchronized boolean isOver() {
        return receiving == 0 || users == 0;
    }

    /** A user whose sockets could not be opened gives up the program. */
    void giveUp() {
        leave();
        close();
    }

    /**
     * Changes the rules for all users. If the program has been detached, they are kept for the next one. Any thread may
     * call this.
     */
    void accept(List<AcceptRule> rules) {
        if (isOver()) {
            ProgramLoader.check(rules);
            later = List.copyOf(rules);
        } else {
            program.accept(rules);
        }
    }

    List<AcceptRule> rules() {
        List<AcceptRule> changed = later;
        return changed == null ? program.rules() : changed;
    }

    /** Counts the frames that came by these queues, and all that stayed with the kernel. */
    XdpCounters counters(int[] queues) {
        return program.counters(queues);
    }

    /** Counts the frames that the sockets of these queues got, and nothing else. */
    XdpCounters socketCounters(int[] queues) {
        return program.socketCounters(queues);
    }

    /** A user gives up the program; the last one closes it. */
    @Override
    public synchronized void close() {
        if (--users == 0) {
            program.close();
        }
    }
}
