package io.millrace.afxdp;

import io.millrace.HostException;
import io.millrace.spi.EngineLog;
import io.millrace.spi.PortSettings;
import io.millrace.spi.Uninterrupted;
import io.millrace.spi.config.ConfigName;
import io.millrace.xdp.AcceptRule;
import io.millrace.xdp.Attachment;
import io.millrace.xdp.ProgramOptions;
import io.millrace.xdp.XdpException;
import io.millrace.xdp.XdpFeatures;
import io.millrace.xdp.XdpProgram;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/** Loads the program that a port's settings ask for, and attaches it to the interface. Cold. */
final class ProgramAttacher {
    private static final Logger LOG = EngineLog.of(ProgramAttacher.class);

    private final PortSettings settings;
    private final NetDevice device;
    private final ModeFallback fallback;
    private final long patienceNs;

    /** @param patienceNs how long to wait, in nanoseconds, until the program of an ended process is detached */
    ProgramAttacher(PortSettings settings, NetDevice device, ModeFallback fallback, long patienceNs) {
        this.settings = settings;
        this.device = device;
        this.fallback = fallback;
        this.patienceNs = patienceNs;
    }

    InterfaceProgram attached(List<AcceptRule> rules) {
        XdpProgram program = load(rules);
        try {
            Attachment attachment = attach(program);
            if (!attachment.reason().isEmpty()) {
                LOG.warn("{}: attached in generic (skb) mode, which is slower; {}", device.name(), attachment.reason());
            }
            return new InterfaceProgram(program, attachment, device.index());
        } catch (Throwable e) { // on any failure, no program is left behind
            program.close();
            if (e instanceof XdpException refused) {
                throw HostException.dueTo(key(refused), e.getMessage(), e);
            }
            throw e;
        }
    }

    /** Returns the key of the port's settings because of which the program was refused. */
    private static String key(XdpException refused) {
        if (!refused.setting().isEmpty()) {
            return refused.setting();
        }
        return refused.isOccupied() ? "interface" : "attach";
    }

    private XdpProgram load(List<AcceptRule> rules) {
        requireHints();
        try {
            return XdpProgram.load(
                    rules,
                    device.rxQueues(),
                    new ProgramOptions(
                            settings.get(AfXdpKeys.MULTI_BUFFER),
                            Set.copyOf(settings.get(AfXdpKeys.METADATA)),
                            device.index()));
        } catch (IllegalArgumentException e) {
            throw AcceptRules.refused(settings, e);
        } catch (XdpException e) {
            throw settings.get(AfXdpKeys.METADATA).isEmpty() ? e : HostException.dueTo("metadata", e.getMessage(), e);
        }
    }

    /** Refuses a driver that has none of the hints that are asked for, and warns of one that has only some. */
    private void requireHints() {
        XdpFeatures features = settings.get(AfXdpKeys.METADATA).isEmpty() ? null : XdpFeatures.of(device.index());
        if (features == null || !features.known() || features.hints().containsAll(settings.get(AfXdpKeys.METADATA))) {
            return;
        }
        String missing = settings.get(AfXdpKeys.METADATA).stream()
                .filter(hint -> !features.hints().contains(hint))
                .map(ConfigName::of)
                .collect(Collectors.joining(", "));
        if (features.hints().stream().noneMatch(settings.get(AfXdpKeys.METADATA)::contains)) {
            throw HostException.dueTo(
                    "metadata",
                    "port " + settings.name() + ": the driver of " + device.name()
                            + " tells nothing of a frame that is asked for (" + missing + "); set metadata = []",
                    null);
        }
        LOG.warn(
                "port {}: the driver of {} does not tell {}; frames come without",
                settings.name(),
                device.name(),
                missing);
    }

    /** The kernel detaches the program of a killed process a moment after its end. */
    private Attachment attach(XdpProgram program) {
        return Uninterrupted.whileBusy(
                patienceNs,
                e -> e instanceof XdpException refused && refused.isOccupied(),
                () -> fallback.attach(program, device));
    }
}
