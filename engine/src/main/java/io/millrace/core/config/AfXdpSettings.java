package io.millrace.core.config;

import io.millrace.ring.HugePages;
import io.millrace.spi.config.ConfigException;
import io.millrace.spi.config.OnLinkLoss;
import io.millrace.xdp.AcceptRule;
import io.millrace.xdp.AttachMode;
import io.millrace.xdp.Hint;
import io.millrace.xdp.XdpProgram;
import java.util.List;

/**
 * A port of type {@code af-xdp}: some queues of an interface, over one UMEM.
 *
 * @param interfaceName the network interface
 * @param queues        which of its queues
 * @param attach        where the XDP program hooks in
 * @param copy          how frames get into the UMEM
 * @param frames        frames in the UMEM; each poller has one
 * @param frameSize     bytes a frame: 2048 or 4096, or between if the chunks are unaligned
 * @param multiBuffer   whether a frame may span several frames of the UMEM
 * @param rings         sizes of the kernel rings of each queue
 * @param batch         the most frames taken from a queue in one go
 * @param hugePages     whether the UMEM is made of huge pages
 * @param metadata      what to ask the driver of each frame
 * @param accept        which frames the port takes, empty for all; a rule's {@code toString} is its text
 * @param onLinkLoss    what happens when the interface goes down or is gone
 * @param options       how the sockets are set up
 * @param encapsulate   the headers that frames of other types of ports get when they leave here; null if there are none
 * @param umem          the port whose UMEM its frames live in; null for its own
 * @param lines         where the port was configured
 */
public record AfXdpSettings(
        String name,
        String interfaceName,
        QueueSelection queues,
        AttachMode attach,
        CopyMode copy,
        int frames,
        int frameSize,
        boolean multiBuffer,
        RingSizes rings,
        int batch,
        HugePages hugePages,
        List<Hint> metadata,
        List<AcceptRule> accept,
        OnLinkLoss onLinkLoss,
        SocketOptions options,
        Encapsulation encapsulate,
        String umem,
        SourceLines lines)
        implements PortSettings {
    /** The {@code type} of these ports. */
    public static final String TYPE = "af-xdp";

    public AfXdpSettings {
        metadata = List.copyOf(metadata);
        accept = List.copyOf(accept);
    }

    @Override
    public List<String> interfaceNames() {
        return List.of(interfaceName);
    }

    @Override
    public String type() {
        return TYPE;
    }

    /** Whether it takes every frame because its config says nothing of which. */
    public boolean takesAllUnasked() {
        return accept.isEmpty() && lines != SourceLines.NOWHERE && !lines.keys().containsKey(AfXdpKeys.ACCEPT.name());
    }

    @Override
    public List<String> warnings() {
        return !takesAllUnasked()
                ? List.of()
                : List.of(lineOf(AfXdpKeys.ACCEPT.name()) + ": ports." + name + " has no"
                        + " accept, so that it takes every frame from the kernel, SSH and ARP too; write accept ="
                        + " [\"udp dst port"
                        + " 9000\"] for some, or accept = all");
    }

    /** The same port with the frames of another one's UMEM. */
    AfXdpSettings withMemoryOf(AfXdpSettings owner) {
        return new AfXdpSettings(
                name,
                interfaceName,
                queues,
                attach,
                copy,
                owner.frames,
                owner.frameSize,
                owner.multiBuffer,
                rings,
                batch,
                owner.hugePages,
                metadata,
                accept,
                onLinkLoss,
                options.withMemoryOf(owner.options),
                encapsulate,
                umem,
                lines);
    }

    /** The same port with room in front of each frame for what stages ask of ports that share its UMEM. */
    AfXdpSettings withMetadataRoom() {
        return new AfXdpSettings(
                name,
                interfaceName,
                queues,
                attach,
                copy,
                frames,
                frameSize,
                multiBuffer,
                rings,
                batch,
                hugePages,
                metadata,
                accept,
                onLinkLoss,
                options.withMetadataRoom(),
                encapsulate,
                umem,
                lines);
    }

    /** The same port with one of its queues. */
    public AfXdpSettings withQueue(int queue) {
        return new AfXdpSettings(
                name,
                interfaceName,
                QueueSelection.of(List.of(queue)),
                attach,
                copy,
                frames,
                frameSize,
                multiBuffer,
                rings,
                batch,
                hugePages,
                metadata,
                accept,
                onLinkLoss,
                options,
                encapsulate,
                umem,
                lines);
    }

    /** Frames that its fill rings hold when they are full; of one queue while it is not known how many there are. */
    long fillFrames(Pollers pollers) {
        return (long) rings.fill() * knownQueues(pollers);
    }

    /** Queues that share a UMEM. */
    private int knownQueues(Pollers pollers) {
        return queues.all() || pollers == Pollers.PER_QUEUE
                ? 1
                : queues.queues().size();
    }

    /**
     * Checks that the UMEM can fill the fill rings of so many queues; for {@code queues = all}, where the number is
     * known only when the port opens.
     *
     * @throws ConfigException if it can't
     */
    public void requireFramesFor(int queueCount) {
        String problem = frameShortage(queueCount);
        if (problem != null) {
            throw new ConfigException(lineOf(AfXdpKeys.FRAMES.name()), problem);
        }
    }

    /** The problem, or null. */
    String frameShortage(Pollers pollers) {
        return frameShortage(knownQueues(pollers));
    }

    /**
     * Checks that the accept rules can be loaded, as far as that can be told without the kernel.
     *
     * @throws ConfigException if they make too large a table
     */
    public void requireLoadableRules() {
        try {
            XdpProgram.check(accept);
        } catch (IllegalArgumentException e) {
            throw refusedRules(e);
        }
    }

    /** The rules make too large a table, as the line of the config that has them. */
    public ConfigException refusedRules(IllegalArgumentException cause) {
        return new ConfigException(
                lineOf(AfXdpKeys.ACCEPT.name()), "ports." + name + ".accept: " + cause.getMessage(), cause);
    }

    private String frameShortage(int queueCount) {
        long needed = (long) rings.fill() * queueCount;
        if (frames >= needed) {
            return null;
        }
        int fitting = Integer.highestOneBit(Math.max(1, frames / queueCount));
        return "ports." + name + ".frames is " + frames + ", too few for the fill rings of " + queueCount
                + (queueCount == 1 ? " queue" : " queues") + ", which hold " + needed + "; set frames to " + needed
                + " or more, or rings.fill to " + fitting + " or less";
    }
}
