package io.millrace.engine.config;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;

import java.util.stream.Collectors;

/** Writes a config with all its values, so that it can be read again. */
final class ConfigRenderer {
    private static final ConfigRenderOptions ON_ONE_LINE = ConfigRenderOptions.concise();

    private final StringBuilder text = new StringBuilder();
    private int depth;

    String render(MillraceConfig config) {
        open(Section.ROOT.blockName());
        renderEngine(config.engine());
        renderLeases(config.leases());
        open(Section.PORTS.blockName());
        for (PortSettings port : config.ports()) {
            switch (port) {
                case AfXdpSettings settings -> renderAfXdp(settings);
            }
        }
        close();
        renderPipeline(config);
        close();
        return text.toString();
    }

    private void renderEngine(EngineSettings engine) {
        open(Section.ENGINE.blockName());
        put(ConfigKeys.MODE, engine.mode());
        put(ConfigKeys.RING_SIZE, engine.ringSize());
        put(ConfigKeys.WAIT_STRATEGY, engine.waitStrategy());
        put(ConfigKeys.IDLE, engine.idle());
        put(ConfigKeys.ON_ERROR, engine.onError());
        put(ConfigKeys.DRAIN_TIMEOUT, engine.drainTimeoutNs());
        open(Section.CPUS.blockName());
        put(ConfigKeys.POLLER_CPU, engine.cpus().poller());
        put(ConfigKeys.STAGE_CPUS, engine.cpus().stages());
        close();
        close();
    }

    private void renderLeases(LeaseSettings leases) {
        open(Section.LEASES.blockName());
        put(ConfigKeys.LEASES_MAX, leases.max());
        put(ConfigKeys.LEASES_TRACK, leases.track());
        close();
    }

    private void renderAfXdp(AfXdpSettings port) {
        open(port.name());
        put(ConfigKeys.PORT_TYPE, port.type());
        put(ConfigKeys.INTERFACE, port.interfaceName());
        put(ConfigKeys.QUEUES, port.queues());
        put(ConfigKeys.ATTACH, port.attach());
        put(ConfigKeys.COPY, port.copy());
        put(ConfigKeys.FRAMES, port.frames());
        put(ConfigKeys.FRAME_SIZE, port.frameSize());
        put(ConfigKeys.BATCH, port.batch());
        put(ConfigKeys.HUGE_PAGES, port.hugePages());
        put(ConfigKeys.ACCEPT, port.accept(),
            port.accept().isEmpty() ? "every frame" : "the rest stays with the kernel");
        open(Section.RINGS.blockName());
        put(ConfigKeys.RX_RING, port.rings().rx());
        put(ConfigKeys.TX_RING, port.rings().tx());
        put(ConfigKeys.FILL_RING, port.rings().fill());
        put(ConfigKeys.COMPLETION_RING, port.rings().completion());
        close();
        close();
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
            return "{ class = " + ConfigUtil.quoteString(stage.className()) + name
                + ", config " + stage.config().root().render(ON_ONE_LINE) + " }";
        }
        String options = stage.config().root().entrySet().stream()
            .map(option -> ", " + option.getKey() + " = " + option.getValue().render(ON_ONE_LINE))
            .collect(Collectors.joining());
        return "{ stage = " + stage.kind() + name + options + " }";
    }

    private <T> void put(ConfigKey<T> key, T value) {
        put(key, value, key.type().unit().equals(key.name()) ? "" : key.type().unit());
    }

    private <T> void put(ConfigKey<T> key, T value, String comment) {
        String setting = key.name() + " = " + key.type().write(value);
        line(comment.isEmpty() ? setting : String.format("%-26s # %s", setting, comment));
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
