package io.millrace.core.link;

import static io.millrace.bindings.libc.libc_h.AF_NETLINK;
import static io.millrace.bindings.libc.libc_h.EAGAIN;
import static io.millrace.bindings.libc.libc_h.EFD_CLOEXEC;
import static io.millrace.bindings.libc.libc_h.EFD_NONBLOCK;
import static io.millrace.bindings.libc.libc_h.ENOBUFS;
import static io.millrace.bindings.libc.libc_h.POLLIN;
import static io.millrace.bindings.libc.libc_h.SOCK_CLOEXEC;
import static io.millrace.bindings.libc.libc_h.SOCK_NONBLOCK;
import static io.millrace.bindings.libc.libc_h.SOCK_RAW;

import io.millrace.HostException;
import io.millrace.bindings.Libc;
import io.millrace.bindings.SocketCalls;
import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.libc.pollfd;
import io.millrace.core.thread.EngineThread;
import io.millrace.core.thread.LogQueue;
import io.millrace.spi.EngineLog;
import io.millrace.spi.LinkedPort;
import io.millrace.spi.PortLink;
import io.millrace.spi.PortSettings;
import io.millrace.spi.config.OnLinkLoss;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;

/**
 * Hears from the kernel what happens to the interfaces of the ports, and updates their {@link PortLink}s. A thread of
 * its own sleeps until there is news, so that the poller has no part in it.
 *
 * <p>The interfaces are those of the network namespace of the thread that opens the monitor. {@link #start} asks for
 * their current state, so that nothing is missed that has happened since the ports were opened.
 */
public final class LinkMonitor implements AutoCloseable {
    private static final Logger LOG = EngineLog.of(LinkMonitor.class);
    /**
     * A message has some hundred bytes, or some thousand with virtual functions; a datagram holds one or more messages.
     */
    private static final int BUFFER_LENGTH = 1 << 16;

    private static final int NONE = -1;
    private static final long NS_PER_MS = 1_000_000;

    private final int socket;
    private final int wake;
    /** What is written to wake the thread. It is made beforehand because a stop may come for want of memory. */
    private final MemorySegment one = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_LONG, 1);

    private List<WatchedLink> links = List.of();
    /** The links' recoveries, in the order of the links. */
    private List<Recovery> recoveries = List.of();

    private Consumer<String> onStop = reason -> {};
    private Consumer<Throwable> onDeath = cause -> {};
    /**
     * Whether an interface has just gone, so that another one may have its name now. Only the link thread may use this.
     */
    private boolean looksForOthers;

    private Thread thread;
    private volatile boolean closing;
    /** Held while a port is being opened again. */
    private final Object recovering = new Object();
    /** Whether the engine is stopping: links are still watched, but no port is opened again. */
    private volatile boolean watchesOnly;

    private LinkMonitor(int socket, int wake) {
        this.socket = socket;
        this.wake = wake;
    }

    /**
     * Opens a monitor, which hears of changes from here on. If no port has an interface, the monitor does nothing.
     *
     * @throws HostException if the kernel's news can't be had and a port wants the engine to stop when its interface is
     *         lost
     */
    public static LinkMonitor open(List<PortSettings> ports) {
        List<PortSettings> watched =
                ports.stream().filter(port -> !port.interfaceNames().isEmpty()).toList();
        if (watched.isEmpty()) {
            return new LinkMonitor(NONE, NONE);
        }
        try {
            return subscribed();
        } catch (SystemCallException e) {
            String what = "changes of interfaces can't be heard of (" + e.getMessage()
                    + "); allow AF_NETLINK in RestrictAddressFamilies";
            if (watched.stream().anyMatch(port -> port.onLinkLoss() == OnLinkLoss.STOP)) {
                throw new HostException(what + ", or set on-link-loss = wait", e);
            }
            LOG.warn("{}; until then an interface that is lost is not reported", what);
            return new LinkMonitor(NONE, NONE);
        }
    }

    private static LinkMonitor subscribed() {
        int socket = Libc.socket(AF_NETLINK(), SOCK_RAW() | SOCK_CLOEXEC() | SOCK_NONBLOCK(), LinkMessages.PROTOCOL);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(LinkMessages.ADDRESS_LENGTH, Integer.BYTES);
            LinkMessages.writeAddress(address, AF_NETLINK());
            Libc.bind(socket, address);
            return new LinkMonitor(socket, Libc.eventfd(0, EFD_CLOEXEC() | EFD_NONBLOCK()));
        } catch (Throwable e) {
            Libc.close(socket);
            throw e;
        }
    }

    /**
     * Starts the link thread, which tells the ports.
     *
     * @param ports   the ports to watch, once for each of their interfaces
     * @param toStop  called on the link thread with the reason why the engine is to stop
     * @param died    called on the link thread with what ended it before its time
     * @param log     takes what the link thread logs
     */
    public void start(List<LinkedPort> ports, Consumer<String> toStop, Consumer<Throwable> died, LogQueue log) {
        links = ports.stream().map(WatchedLink::new).toList();
        recoveries = links.stream().map(Recovery::new).toList();
        onStop = toStop;
        onDeath = died;
        if (socket == NONE) {
            links.forEach(WatchedLink::unwatched);
        } else {
            thread = EngineThread.of(log, "mr-link", this::run);
            thread.start();
        }
    }

    private void run() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER_LENGTH, Long.BYTES);
            MemorySegment sources = pollfd.allocateArray(2, arena);
            await(sources, 0, socket);
            await(sources, 1, wake);
            receive(buffer, report -> {}); // drops news from before
            ask(buffer);
            while (!closing) {
                SocketCalls.poll(sources, 2, waitMs());
                receive(buffer, this::tell);
                if (looksForOthers) {
                    looksForOthers = false;
                    ask(buffer);
                }
                recover(buffer);
            }
        } catch (Throwable e) { // without the link thread the engine would lose frames silently
            onDeath.accept(e);
            links.forEach(WatchedLink::unwatched);
        }
    }

    private static void await(MemorySegment sources, int i, int fd) {
        MemorySegment source = pollfd.asSlice(sources, i);
        pollfd.fd(source, fd);
        pollfd.events(source, (short) POLLIN());
    }

    /**
     * Milliseconds until there is something to do for a port whose interface is gone; rounded up, since a wait that is
     * too short would only be repeated.
     */
    private int waitMs() {
        long nowNs = System.nanoTime();
        long waitNs = Recovery.NEVER;
        for (Recovery recovery : watchesOnly ? List.<Recovery>of() : recoveries) {
            waitNs = Math.min(waitNs, recovery.waitNs(nowNs));
        }
        return waitNs == Recovery.NEVER ? -1 : (int) Math.ceilDiv(waitNs, NS_PER_MS);
    }

    private void recover(MemorySegment buffer) {
        for (Recovery recovery : recoveries) {
            synchronized (recovering) {
                if (!watchesOnly && recovery.turn(System.nanoTime())) {
                    ask(buffer); // hears what has happened to the new interface since it was opened
                }
            }
        }
    }

    /** Asks for the state of all interfaces, by name for those that are gone. The answers arrive like news. */
    private void ask(MemorySegment buffer) {
        MemorySegment request = buffer.asSlice(0, LinkMessages.REQUEST_LENGTH);
        for (WatchedLink watched : links) {
            PortLink link = watched.link();
            int length = link.isGone()
                    ? LinkMessages.writeRequest(request, link.interfaceName())
                    : LinkMessages.writeRequest(request, watched.index());
            Libc.write(socket, request.asSlice(0, length));
        }
    }

    /**
     * Takes all news that has arrived. If the socket could not hold it all, the monitor asks for the current state, but
     * only once the socket is empty: until then the kernel would drop the answers, too.
     */
    private void receive(MemorySegment buffer, Consumer<LinkReport> reports) {
        boolean missed = false;
        while (!closing) {
            try {
                LinkMessages.read(buffer.asSlice(0, Libc.read(socket, buffer)), reports);
            } catch (SystemCallException e) {
                if (e.errno() != ENOBUFS() && e.errno() != EAGAIN()) {
                    throw e;
                }
                if (e.errno() == ENOBUFS()) {
                    missed = true;
                } else if (missed) {
                    missed = false;
                    ask(buffer);
                } else {
                    return;
                }
            }
        }
    }

    private void tell(LinkReport report) {
        for (int i = 0; i < links.size(); i++) {
            WatchedLink watched = links.get(i);
            PortLink link = watched.link();
            if (link.isGone()) {
                recoveries.get(i).hear(report, System.nanoTime());
            } else if (watched.index() == report.index()) {
                boolean lost = watched.accept(report);
                hearMtu(watched.port(), report);
                if (link.isGone()) {
                    watched.port().loseLink();
                    recoveries.get(i).begin(System.nanoTime());
                    looksForOthers = true; // an interface that is already there may have been announced before
                }
                if (lost && link.onLoss() == OnLinkLoss.STOP && !watchesOnly) {
                    onStop.accept(watched.reason());
                }
            }
        }
    }

    private void hearMtu(LinkedPort port, LinkReport report) {
        synchronized (recovering) {
            if (!watchesOnly && !port.link().isGone()) {
                port.hearMtu(report.mtu());
            }
        }
    }

    /**
     * The engine is stopping: links are still watched, because frames may wait to be sent, but no port is opened again.
     * Waits for an opening that is under way. Not to be called on the link thread.
     */
    public void onlyWatch() {
        synchronized (recovering) {
            watchesOnly = true;
        }
    }

    /**
     * Ends the thread and waits for what it is doing. Calling it again does nothing. Not to be called on the link
     * thread.
     */
    @Override
    public void close() {
        if (closing || socket == NONE) {
            return;
        }
        closing = true;
        Libc.write(wake, one);
        if (thread != null) {
            EngineThread.awaitEnd(thread); // not interruptible, since its descriptors are closed next
        }
        Libc.close(socket);
        Libc.close(wake);
    }
}
