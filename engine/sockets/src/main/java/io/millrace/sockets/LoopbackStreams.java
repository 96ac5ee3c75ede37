package io.millrace.sockets;

import static io.millrace.bindings.libc.libc_h.AF_UNIX;
import static io.millrace.bindings.libc.libc_h.SOCK_CLOEXEC;
import static io.millrace.bindings.libc.libc_h.SOCK_NONBLOCK;
import static io.millrace.bindings.libc.libc_h.SOCK_STREAM;

import io.millrace.bindings.ConnectionCalls;
import io.millrace.bindings.Libc;
import io.millrace.bindings.Sockets;
import io.millrace.bindings.SystemCallException;
import io.millrace.spi.EventLoop;
import io.millrace.spi.FrameInlet;
import io.millrace.spi.Port;
import io.millrace.spi.PortSettings;
import io.millrace.spi.SleepLimit;
import io.millrace.spi.WarmUpPort;
import io.millrace.spi.config.Settings;
import io.millrace.spi.counters.EngineCounters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;
import org.agrona.concurrent.IdleStrategy;

/**
 * A TCP port, its io_uring, and clients that connect, send, read the answers and leave. Everything is real, except that
 * the connections are UNIX sockets, which need no interface. Any process of the host could connect, too, and would be
 * answered like the clients.
 */
public final class LoopbackStreams implements WarmUpPort, AutoCloseable {
    private static final int CLIENTS = 4;
    /** The number of turns after which a client leaves and another one takes its place. */
    private static final int STAY = 32;

    private static final int FRAMES = 128;
    private static final int BUFFERS = 64;
    /** More connections than clients, since closed ones count until everything that they left has been read. */
    private static final int CONNECTIONS = 64;

    private static final int ANSWER_BYTES = 4096;
    private static final int NONE = -1;

    private final Arena arena;
    private final int[] clients = new int[CLIENTS];
    private final MemorySegment message;
    private final MemorySegment answer;
    private final int listener;
    private MemorySegment address;
    private UringDevice device;
    private Port port;
    private int turns;
    private boolean ended;

    private LoopbackStreams(Arena arena, byte[] message) {
        this.arena = arena;
        this.message = arena.allocateFrom(ValueLayout.JAVA_BYTE, message);
        answer = arena.allocate(ANSWER_BYTES);
        Arrays.fill(clients, NONE);
        listener = Libc.socket(AF_UNIX(), SOCK_STREAM() | SOCK_CLOEXEC(), 0);
    }

    /**
     * To be called on the thread that runs the duty cycles.
     *
     * @param engine  the settings of the engine to be warmed up
     * @param model   one of its ports
     * @param message what clients send
     * @throws io.millrace.HostException if the host lacks something
     * @throws SystemCallException if the host refuses a socket or memory
     */
    public static LoopbackStreams open(Settings engine, PortSettings model, byte[] message) {
        Arena arena = Arena.ofShared();
        try {
            LoopbackStreams streams = new LoopbackStreams(arena, message);
            streams.prepareOrAbandon(
                    engine.with(UringKeys.MIN_WAIT, 0L), // nobody else would wake the caller
                    model.with(TcpKeys.FRAMES, FRAMES)
                            .with(TcpKeys.BUFFERS, BUFFERS)
                            .with(TcpKeys.CONNECTIONS, CONNECTIONS)
                            .with(TcpKeys.ZERO_COPY_ABOVE, Optional.empty()));
            return streams;
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    private void prepareOrAbandon(Settings engine, PortSettings settings) {
        try {
            prepare(engine, settings);
        } catch (Throwable e) {
            abandon();
            throw e;
        }
    }

    private void prepare(Settings engine, PortSettings settings) {
        listen();
        EngineCounters counters = new EngineCounters();
        device = UringOpener.open(engine, counters, UringOpener.LADDER);
        port = TcpPortOpener.over(listener, settings, arena, device, counters, null, null);
        device.portsOpened();
        device.enable();
        port.startReceiving();
    }

    private void abandon() {
        if (device != null) {
            device.abandon();
        }
        ConnectionCalls.close(listener);
    }

    /** Listens at an abstract address that the kernel chooses, unix(7). */
    private void listen() {
        MemorySegment name = arena.allocate(SocketAddresses.SPACE, Long.BYTES);
        name.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX());
        Libc.bind(listener, name.asSlice(0, Short.BYTES));
        Sockets.listen(listener, CONNECTIONS);
        address = name.asSlice(0, Sockets.getsockname(listener, name));
    }

    @Override
    public Port port() {
        return port;
    }

    @Override
    public EventLoop[] loops() {
        return new EventLoop[] {device.loop()};
    }

    /** {@inheritDoc} Clients send before it waits. */
    @Override
    public IdleStrategy newWait(SleepLimit limit) {
        return new FedWait(this, device.newWait(new Port[] {port}, limit));
    }

    @Override
    public void turn() {
        int leaving = turns % STAY == 0 ? turns / STAY % CLIENTS : NONE;
        turns++;
        for (int i = 0; i < CLIENTS; i++) {
            if (i == leaving || clients[i] == NONE) {
                leave(i);
                connect(i);
            }
            ConnectionCalls.receive(clients[i], answer);
            ConnectionCalls.send(clients[i], message);
        }
    }

    private void leave(int client) {
        if (clients[client] != NONE) {
            ConnectionCalls.close(clients[client]);
            clients[client] = NONE;
        }
    }

    /** Connects a new client, unless too many wait to be accepted. */
    private void connect(int client) {
        clients[client] = Libc.socket(AF_UNIX(), SOCK_STREAM() | SOCK_CLOEXEC() | SOCK_NONBLOCK(), 0);
        try {
            Sockets.connect(clients[client], address);
        } catch (SystemCallException e) {
            leave(client);
        }
    }

    /** {@inheritDoc} Does nothing, since the kernel is real. */
    @Override
    public void needWakeUp(boolean wanted) {}

    @Override
    public void end(FrameInlet inlet) {
        ended = true;
        for (int i = 0; i < CLIENTS; i++) {
            leave(i);
        }
        try {
            device.quiesce(inlet);
        } finally {
            ConnectionCalls.close(listener);
        }
    }

    /** Frees the memory once no stage uses it, unless the kernel has not let go of it. */
    @Override
    public void close() {
        if (ended) {
            device.close();
        } else { // the run failed before its first cycle, so that nothing is under way
            abandon();
        }
        if (device.isQuiet()) {
            arena.close();
        }
    }

    /** Waits until what it sent has arrived. */
    private record FedWait(LoopbackStreams streams, IdleStrategy own) implements IdleStrategy {
        @Override
        public void idle(int workCount) {
            if (workCount == 0) {
                idle();
            }
        }

        @Override
        public void idle() {
            streams.turn();
            own.idle();
        }

        @Override
        public void reset() {
            own.reset();
        }

        @Override
        public String alias() {
            return own.alias();
        }
    }
}
