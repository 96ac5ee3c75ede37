package io.millrace.afxdp;

import io.millrace.HostException;
import io.millrace.core.config.AfXdpSettings;
import io.millrace.core.thread.EngineLog;
import io.millrace.spi.config.ConfigName;
import io.millrace.xdp.AcceptRule;
import io.millrace.xdp.Attachment;
import io.millrace.xdp.ProgramOptions;
import io.millrace.xdp.XdpException;
import io.millrace.xdp.XdpFeatures;
import io.millrace.xdp.XdpProgram;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/** Loads the program that a port's settings ask for, and attaches it to the interface, once. Cold. */
final class ProgramAttacher {
    private static final Logger LOG = EngineLog.of(ProgramAttacher.class);
    private static final long BUSY_PAUSE_NS = 10_000_000;

    private final AfXdpSettings settings;
    private final NetDevice device;
    private final BindLadder ladder;
    private final long patienceNs;

    /** @param patienceNs how long to wait for the program of a process that has ended to leave */
    ProgramAttacher(AfXdpSettings settings, NetDevice device, BindLadder ladder, long patienceNs) {
        this.settings = settings;
        this.device = device;
        this.ladder = ladder;
        this.patienceNs = patienceNs;
    }

    SharedProgram attached(List<AcceptRule> rules) {
        XdpProgram program = load(rules);
        try {
            Attachment attachment = attach(program);
            if (!attachment.reason().isEmpty()) {
                LOG.warn("{}: attached in generic (skb) mode, which is slower; {}", device.name(), attachment.reason());
            }
            return new SharedProgram(program, attachment, device.index());
        } catch (Throwable e) { // whatever it is, no program is left behind
            program.close();
            if (e instanceof XdpException refused) {
                throw HostException.dueTo(key(refused), e.getMessage(), e);
            }
            throw e;
        }
    }

    /** What of the port's settings the program was refused for. */
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
                    new ProgramOptions(settings.multiBuffer(), Set.copyOf(settings.metadata()), device.index()));
        } catch (IllegalArgumentException e) {
            throw settings.refusedRules(e);
        } catch (XdpException e) {
            throw settings.metadata().isEmpty() ? e : HostException.dueTo("metadata", e.getMessage(), e);
        }
    }

    /** Some of what is asked for will do; a driver that tells none of it is no driver to ask. */
    private void requireHints() {
        XdpFeatures features = settings.metadata().isEmpty() ? null : XdpFeatures.of(device.index());
        if (features == null || !features.known() || features.hints().containsAll(settings.metadata())) {
            return;
        }
        String missing = settings.metadata().stream()
                .filter(hint -> !features.hints().contains(hint))
                .map(ConfigName::of)
                .collect(Collectors.joining(", "));
        if (features.hints().stream().noneMatch(settings.metadata()::contains)) {
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

    /** The kernel takes the program of a process that was killed off the interface a moment after its end. */
    private Attachment attach(XdpProgram program) {
        long deadline = System.nanoTime() + patienceNs;
        while (true) {
            try {
                return ladder.attach(program, device.index());
            } catch (XdpException e) {
                if (!e.isOccupied() || System.nanoTime() - deadline >= 0) {
                    throw e;
                }
                LockSupport.parkNanos(BUSY_PAUSE_NS);
            }
        }
    }
}
