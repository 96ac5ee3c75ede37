package io.millrace.engine.config;

import io.millrace.ring.HugePages;
import io.millrace.xdp.AcceptRule;
import io.millrace.xdp.AttachMode;
import io.millrace.xdp.Hint;

import java.util.List;

/**
 * A port of type {@code af-xdp}: some queues of an interface, over one UMEM.
 *
 * @param interfaceName the network interface
 * @param queues        which of its queues
 * @param attach        where the XDP program hooks in
 * @param copy          how frames get into the UMEM
 * @param frames        frames in the UMEM
 * @param frameSize     bytes a frame, 2048 or 4096
 * @param multiBuffer   whether a frame may span several frames of the UMEM
 * @param rings         sizes of the kernel rings of each queue
 * @param batch         the most frames taken from a queue in one go
 * @param hugePages     whether the UMEM is made of huge pages
 * @param metadata      what to ask the driver of each frame
 * @param accept        which frames the port takes, empty for all; a rule's {@code toString} is its text
 * @param encapsulate   the headers that frames of other types of ports get when they leave here; null if there are none
 * @param line          where the port was configured
 */
public record AfXdpSettings(String name, String interfaceName, QueueSelection queues, AttachMode attach,
                            CopyMode copy, int frames, int frameSize, boolean multiBuffer, RingSizes rings,
                            int batch, HugePages hugePages, List<Hint> metadata, List<AcceptRule> accept,
                            Encapsulation encapsulate, SourceLine line) implements PortSettings {
    /** The {@code type} of these ports. */
    public static final String TYPE = "af-xdp";

    public AfXdpSettings {
        metadata = List.copyOf(metadata);
        accept = List.copyOf(accept);
    }

    @Override
    public String type() {
        return TYPE;
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
            throw new ConfigException(line, problem);
        }
    }

    String frameShortage(int queueCount) {
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
