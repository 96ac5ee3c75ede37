package io.millrace.core.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.millrace.core.stage.BuiltInStages;
import io.millrace.spi.config.ValueText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Writes a config with all its values, so that it can be read again. */
final class ConfigRenderer {
    private final StringBuilder text = new StringBuilder();
    private int depth;

    String render(MillraceConfig config) {
        open(Section.ROOT.blockName());
        renderEngine(config.engine());
        renderLeases(config.leases());
        open(Section.PORTS.blockName());
        for (PortSettings port : config.ports()) {
            open(port.name());
            switch (port) {
                case AfXdpSettings settings -> renderAfXdp(settings);
                case UdpSettings settings -> renderUdp(settings);
                case TcpSettings settings -> renderTcp(settings);
            }
            close();
        }
        close();
        renderPipeline(config);
        close();
        return text.toString();
    }

    private void renderEngine(EngineSettings engine) {
        open(Section.ENGINE.blockName());
        put(EngineKeys.MODE, engine.mode());
        put(EngineKeys.RING_SIZE, engine.ringSize());
        put(EngineKeys.WAIT_STRATEGY, engine.waitStrategy());
        put(EngineKeys.IDLE, engine.idle());
        put(EngineKeys.POLLERS, engine.pollers());
        put(EngineKeys.STAGES, engine.stages());
        put(EngineKeys.ON_ERROR, engine.onError());
        put(EngineKeys.DRAIN_TIMEOUT, engine.drainTimeoutNs());
        put(EngineKeys.STUCK_AFTER, engine.stuckAfterNs());
        put(EngineKeys.STATE_DIR, engine.stateDir());
        open(Section.CPUS.blockName());
        put(EngineKeys.POLLER_CPU, engine.cpus().poller());
        put(EngineKeys.POLLER_CPUS, engine.cpus().pollers());
        put(EngineKeys.STAGE_CPUS, engine.cpus().stages());
        close();
        renderUring(engine.uring());
        close();
    }

    private void renderUring(UringSettings uring) {
        open(Section.URING.blockName());
        put(EngineKeys.SUBMISSION, uring.submission());
        put(EngineKeys.COMPLETION, uring.completion());
        put(EngineKeys.SQPOLL, uring.sqPoll());
        put(EngineKeys.SQPOLL_CPU, uring.sqPollCpu());
        put(EngineKeys.SQPOLL_IDLE, uring.sqPollIdleNs());
        put(EngineKeys.BUSY_POLL, uring.busyPollNs());
        put(EngineKeys.MIN_WAIT, uring.minWaitNs());
        close();
    }

    private void renderLeases(LeaseSettings leases) {
        open(Section.LEASES.blockName());
        put(EngineKeys.LEASES_MAX, leases.max());
        put(EngineKeys.LEASES_TRACK, leases.track());
        close();
    }

    private void renderAfXdp(AfXdpSettings port) {
        put(AfXdpKeys.TYPE, port.type());
        put(AfXdpKeys.INTERFACE, port.interfaceName());
        put(AfXdpKeys.QUEUES, port.queues());
        put(AfXdpKeys.ATTACH, port.attach());
        put(AfXdpKeys.COPY, port.copy());
        put(AfXdpKeys.REQUIRE, port.options().require());
        put(AfXdpKeys.NEED_WAKEUP, port.options().needWakeUp());
        put(AfXdpKeys.UMEM, Optional.ofNullable(port.umem()));
        if (port.umem() == null) {
            put(AfXdpKeys.FRAMES, port.frames());
            put(AfXdpKeys.FRAME_SIZE, port.frameSize());
            put(AfXdpKeys.HEADROOM, port.options().headroom());
            put(AfXdpKeys.CHUNKS, port.options().chunks());
            put(AfXdpKeys.MULTI_BUFFER, port.multiBuffer());
            put(AfXdpKeys.HUGE_PAGES, port.hugePages());
        }
        put(AfXdpKeys.BATCH, port.batch());
        put(AfXdpKeys.EARLY_DROP, port.options().earlyDrop());
        put(AfXdpKeys.METADATA, port.metadata());
        put(AfXdpKeys.TX_METADATA, port.options().txMetadata());
        put(AfXdpKeys.PARTIAL_CHECKSUMS, port.options().partial());
        put(
                AfXdpKeys.ACCEPT,
                port.accept(),
                port.accept().isEmpty() ? "every frame" : "the rest stays with the kernel");
        put(AfXdpKeys.ON_LINK_LOSS, port.onLinkLoss());
        open(Section.RINGS.blockName());
        put(AfXdpKeys.RX_RING, port.rings().rx());
        put(AfXdpKeys.TX_RING, port.rings().tx());
        put(AfXdpKeys.FILL_RING, port.rings().fill());
        put(AfXdpKeys.COMPLETION_RING, port.rings().completion());
        close();
        renderBusyPoll(port.options().busyPoll());
        if (port.encapsulate() != null) {
            renderEncapsulation(port.encapsulate());
        }
    }

    private void renderBusyPoll(BusyPollSettings busyPoll) {
        open(Section.BUSY_POLL.blockName());
        put(AfXdpKeys.BUSY_POLL, busyPoll.enabled());
        put(AfXdpKeys.BUSY_POLL_TIME, busyPoll.timeUs() * Duration.US);
        put(AfXdpKeys.BUSY_POLL_BUDGET, busyPoll.budget());
        OptionalInt deferHardIrqs = busyPoll.deferHardIrqs();
        put(
                AfXdpKeys.DEFER_HARD_IRQS,
                deferHardIrqs.isPresent() ? Optional.of(deferHardIrqs.getAsInt()) : Optional.empty());
        OptionalLong groFlushTimeout = busyPoll.groFlushTimeoutNs();
        put(
                AfXdpKeys.GRO_FLUSH_TIMEOUT,
                groFlushTimeout.isPresent() ? Optional.of(groFlushTimeout.getAsLong()) : Optional.empty());
        close();
    }

    private void renderEncapsulation(Encapsulation encapsulation) {
        open(Section.ENCAPSULATE.blockName());
        put(AfXdpKeys.SOURCE, encapsulation.source());
        put(AfXdpKeys.DESTINATION, encapsulation.destination());
        put(AfXdpKeys.DESTINATION_MAC, encapsulation.destinationMac());
        put(AfXdpKeys.SOURCE_MAC, Optional.ofNullable(encapsulation.sourceMac()));
        close();
    }

    private void renderUdp(UdpSettings port) {
        put(UdpKeys.TYPE, port.type());
        put(UdpKeys.BIND, port.bind());
        put(UdpKeys.REMOTE, Optional.ofNullable(port.remote()));
        put(UdpKeys.FRAMES, port.frames());
        put(UdpKeys.FRAME_SIZE, port.frameSize());
        put(UdpKeys.BATCH, port.batch());
        put(UdpKeys.BUFFERS, port.buffers());
        put(UdpKeys.SENDS, port.sends());
        put(UdpKeys.RECEIVE_BUFFER, port.receiveBuffer());
        put(UdpKeys.SEND_BUFFER, port.sendBuffer());
        put(UdpKeys.GRO, port.gro());
        put(UdpKeys.GSO, port.gso());
        put(UdpKeys.ZERO_COPY_ABOVE, limit(port.zeroCopyAbove()));
        put(UdpKeys.TIMESTAMPS, port.timestamps());
        put(UdpKeys.LOCAL_ADDRESS, port.localAddress());
        put(UdpKeys.REUSE_PORT, port.reusePort());
        put(UdpKeys.BUSY_POLL, port.busyPollNs());
        put(UdpKeys.MULTICAST_TTL, port.multicastTtl());
        put(UdpKeys.MULTICAST_LOOP, port.multicastLoop());
        renderGroups(port.multicast());
    }

    private void renderGroups(List<MulticastGroup> groups) {
        String start = Section.MULTICAST.blockName() + " = [";
        if (groups.isEmpty()) {
            line(start + "]");
            return;
        }
        line(start);
        depth++;
        groups.forEach(this::renderGroup);
        depth--;
        line("]");
    }

    private void renderGroup(MulticastGroup group) {
        line("{ " + setting(UdpKeys.GROUP, group.group()) + ", "
                + setting(UdpKeys.GROUP_INTERFACE, group.interfaceName()) + ", "
                + setting(UdpKeys.GROUP_SOURCE, Optional.ofNullable(group.source())) + " }");
    }

    private void renderTcp(TcpSettings port) {
        put(TcpKeys.TYPE, port.type());
        put(TcpKeys.BIND, Optional.ofNullable(port.bind()));
        put(TcpKeys.CONNECT, Optional.ofNullable(port.connect()));
        put(TcpKeys.FRAMES, port.frames());
        put(TcpKeys.FRAME_SIZE, port.frameSize());
        put(TcpKeys.BATCH, port.batch());
        put(TcpKeys.BUFFERS, port.buffers());
        put(TcpKeys.CONNECTIONS, port.connections());
        put(TcpKeys.BACKLOG, port.backlog());
        put(TcpKeys.RECEIVE_BUFFER, port.receiveBuffer());
        put(TcpKeys.SEND_BUFFER, port.sendBuffer());
        put(TcpKeys.NO_DELAY, port.noDelay());
        put(TcpKeys.KEEP_ALIVE, port.keepAlive());
        put(TcpKeys.CONNECT_TIMEOUT, port.connectTimeoutNs());
        put(TcpKeys.IDLE_TIMEOUT, port.idleTimeoutNs());
        put(TcpKeys.WRITE_TIMEOUT, port.writeTimeoutNs());
        put(TcpKeys.WAIT_TIMEOUT, port.waitTimeoutNs());
        put(TcpKeys.RECONNECT_MIN, port.reconnectMinNs());
        put(TcpKeys.RECONNECT_MAX, port.reconnectMaxNs());
        put(TcpKeys.HIGH_WATER, port.highWater());
        put(TcpKeys.LOW_WATER, port.lowWater());
        put(TcpKeys.ZERO_COPY_ABOVE, limit(port.zeroCopyAbove()));
        put(TcpKeys.BUNDLES, port.bundles());
        put(TcpKeys.REUSE_PORT, port.reusePort());
        put(TcpKeys.BUSY_POLL, port.busyPollNs());
    }

    private static Optional<Integer> limit(int bytes) {
        return bytes == Integer.MAX_VALUE ? Optional.empty() : Optional.of(bytes);
    }

    private void renderPipeline(MillraceConfig config) {
        line(Section.PIPELINE.blockName() + " = [");
        depth++;
        for (StageGroup group : config.pipeline()) {
            if (group.isParallel()) {
                line("[");
                depth++;
                group.stages().forEach(stage -> line(stageText(stage)));
                depth--;
                line("]");
            } else {
                line(stageText(group.stages().getFirst()));
            }
        }
        depth--;
        line("]");
    }

    private static String stageText(StageSpec stage) {
        String name = ", name = " + ConfigUtil.quoteString(stage.name());
        if (stage.className() != null) {
            return "{ class = " + ConfigUtil.quoteString(stage.className()) + name + ", config "
                    + text(stage.config().root()) + " }";
        }
        String options = BuiltInStages.find(stage.kind()).options().stream()
                .map(option ->
                        ", " + option.name() + " = " + text(stage.config().getValue(option.name())))
                .collect(Collectors.joining());
        return "{ stage = " + stage.kind() + name + options + " }";
    }

    /** On one line; numbers are as they were written, since a stage may ask for their text. */
    private static String text(ConfigValue value) {
        return switch (value) {
            case ConfigObject block ->
                block.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(entry -> ConfigUtil.quoteString(entry.getKey()) + ":" + text(entry.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
            case ConfigList list -> list.stream().map(ConfigRenderer::text).collect(Collectors.joining(",", "[", "]"));
            default -> value.unwrapped() instanceof String text ? ConfigUtil.quoteString(text) : ValueText.of(value);
        };
    }

    private <T> void put(ConfigKey<T> key, T value) {
        put(key, value, key.type().unit().equals(key.name()) ? "" : key.type().unit());
    }

    private <T> void put(ConfigKey<T> key, T value, String comment) {
        String setting = setting(key, value);
        line(comment.isEmpty() ? setting : String.format(Locale.ROOT, "%-26s # %s", setting, comment));
    }

    private static <T> String setting(ConfigKey<T> key, T value) {
        return key.name() + " = " + key.type().write(value);
    }

    private void open(String name) {
        line(name + " {");
        depth++;
    }

    private void close() {
        depth--;
        line("}");
    }

    private void line(String line) {
        text.append("  ".repeat(depth)).append(line).append('\n');
    }
}
