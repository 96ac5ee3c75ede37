package io.millrace.core.config;

import io.millrace.spi.config.Problems;
import java.net.InetSocketAddress;

/** Reads ports of type {@code tcp}. */
final class TcpReader {
    private final SettingsBlock port;
    private final Problems problems;

    private TcpReader(SettingsBlock port) {
        this.port = port;
        problems = port.problems();
    }

    /** The port; null if it has problems. */
    static TcpSettings read(String name, SettingsBlock port, EngineSettings engine) {
        int before = port.problems().count();
        TcpReader reader = new TcpReader(port);
        TcpSettings settings = reader.read(name);
        if (port.problems().count() == before) {
            reader.reportAddresses(settings);
            reader.reportBuffers(settings);
            reader.reportLimits(settings);
            BatchLimit.check(port, TcpKeys.BATCH, settings.batch(), engine);
        }
        return port.problems().count() == before ? settings : null;
    }

    private TcpSettings read(String name) {
        port.reportUnknown(Section.TCP);
        return new TcpSettings(
                name,
                port.get(TcpKeys.BIND).orElse(null),
                port.get(TcpKeys.CONNECT).orElse(null),
                port.get(TcpKeys.FRAMES),
                port.get(TcpKeys.FRAME_SIZE),
                port.get(TcpKeys.BATCH),
                port.get(TcpKeys.BUFFERS),
                port.get(TcpKeys.CONNECTIONS),
                port.get(TcpKeys.BACKLOG),
                port.get(TcpKeys.RECEIVE_BUFFER),
                port.get(TcpKeys.SEND_BUFFER),
                port.get(TcpKeys.NO_DELAY),
                port.get(TcpKeys.KEEP_ALIVE),
                port.get(TcpKeys.CONNECT_TIMEOUT),
                port.get(TcpKeys.IDLE_TIMEOUT),
                port.get(TcpKeys.WRITE_TIMEOUT),
                port.get(TcpKeys.WAIT_TIMEOUT),
                port.get(TcpKeys.RECONNECT_MIN),
                port.get(TcpKeys.RECONNECT_MAX),
                port.get(TcpKeys.HIGH_WATER),
                port.get(TcpKeys.LOW_WATER),
                port.get(TcpKeys.ZERO_COPY_ABOVE).orElse(Integer.MAX_VALUE),
                port.get(TcpKeys.BUNDLES),
                port.get(TcpKeys.REUSE_PORT),
                port.get(TcpKeys.BUSY_POLL),
                port.lines());
    }

    private void reportAddresses(TcpSettings settings) {
        InetSocketAddress bind = settings.bind();
        InetSocketAddress connect = settings.connect();
        if (bind == null && connect == null) {
            problems.add(
                    port.line(),
                    "ports." + settings.name() + " has neither bind nor connect; add bind = "
                            + "\"0.0.0.0:9000\" to accept connections, or connect = \"ADDR:PORT\" to make one");
        }
        if (bind != null && connect != null) {
            problems.add(port.line(), "ports." + settings.name() + " has both bind and connect; keep one of them");
        }
        reportGroup(TcpKeys.BIND, bind);
        reportGroup(TcpKeys.CONNECT, connect);
    }

    private void reportGroup(ConfigKey<?> key, InetSocketAddress address) {
        if (address != null && address.getAddress().isMulticastAddress()) {
            port.problem(
                    key,
                    "is " + Endpoint.text(address) + ", a multicast group; write the address of a host, "
                            + "or use type = udp");
        }
    }

    /** Messages that span buffers are put together in frames that are no buffers. */
    private void reportBuffers(TcpSettings settings) {
        int frames = settings.frames();
        int buffers = settings.buffers();
        int most = frames - (frames + 3) / 4;
        if (buffers > most) {
            int fitting = Integer.highestOneBit(most);
            port.problem(
                    TcpKeys.BUFFERS,
                    "is " + buffers + ", and leaves less than a quarter of " + frames
                            + " frames for messages that span buffers; set buffers to " + fitting
                            + " or less, or frames to "
                            + (buffers * 4 + 2) / 3 + " or more");
        }
    }

    private void reportLimits(TcpSettings settings) {
        if (settings.lowWater() >= settings.highWater()) {
            port.problem(
                    TcpKeys.LOW_WATER,
                    "is " + ByteText.write(settings.lowWater()) + ", not less than high-water, "
                            + ByteText.write(settings.highWater()) + "; use less");
        }
        if (settings.reconnectMaxNs() < settings.reconnectMinNs()) {
            String least = TcpKeys.RECONNECT_MIN.type().write(settings.reconnectMinNs());
            port.problem(
                    TcpKeys.RECONNECT_MAX,
                    "is " + TcpKeys.RECONNECT_MAX.type().write(settings.reconnectMaxNs())
                            + ", less than reconnect-min, " + least + "; use " + least + " or more");
        }
    }
}
