package io.millrace.afxdp;

import io.millrace.xdp.AcceptRule;
import io.millrace.xdp.Attachment;
import io.millrace.xdp.XdpCounters;
import io.millrace.xdp.XdpProgram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The XDP program of an interface, for the pollers that have its queues: it leaves the interface when the last of them
 * has stopped to receive. Cold; {@link #counters} any thread.
 */
final class SharedProgram implements AutoCloseable {
    private final XdpProgram program;
    private final Attachment attachment;
    private final int interfaceIndex;
    private int users;
    private int receiving;
    /** The rules that the next program is to have, if they were changed when this one was over. */
    private volatile List<AcceptRule> later;

    /** @param interfaceIndex the kernel's number of the interface that it is attached to */
    SharedProgram(XdpProgram program, Attachment attachment, int interfaceIndex) {
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
     * A user has stopped to receive. Taking the program off waits until no CPU runs it any more, so whatever it sent to a
     * socket is in the RX ring when the last user's call returns.
     */
    synchronized void leave() {
        if (--receiving == 0) {
            program.detach();
        }
    }

    /** Whether all users have stopped to receive, or gone: whoever comes now needs another one. */
    synchronized boolean isOver() {
        return receiving == 0 || users == 0;
    }

    /** A user that has opened nothing behind it leaves, and needs it no more. */
    void giveUp() {
        leave();
        close();
    }

    /** Changes the rules for all users; any thread. Those of a program that is over are kept for the next one. */
    void accept(List<AcceptRule> rules) {
        if (isOver()) {
            XdpProgram.check(rules);
            later = List.copyOf(rules);
        } else {
            program.accept(rules);
        }
    }

    List<AcceptRule> rules() {
        List<AcceptRule> changed = later;
        return changed == null ? program.rules() : changed;
    }

    /** Of these queues, and of all that stayed with the kernel. */
    XdpCounters counters(int[] queues) {
        return program.counters(queues);
    }

    /** Of these queues alone, of the frames that sockets got. */
    XdpCounters socketCounters(int[] queues) {
        return program.socketCounters(queues);
    }

    /** A user needs it no more. */
    @Override
    public synchronized void close() {
        if (--users == 0) {
            program.close();
        }
    }
}
