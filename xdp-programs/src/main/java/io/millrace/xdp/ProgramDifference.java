package io.millrace.xdp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Why an engine can't use the accept program that another engine has on the interface.
 *
 * @param setting the setting in which the two differ, by its name in a port's config
 * @param text    what is different there; what to do
 */
record ProgramDifference(String setting, String text) {
    static final ProgramDifference CODE = new ProgramDifference(
            "metadata",
            "other code: one of the two asks the driver for metadata, or is of another version; give all engines of an"
                    + " interface the same metadata and version");
    static final ProgramDifference MODE =
            new ProgramDifference("attach", "another attach mode; give all engines of an interface the same");
    private static final ProgramDifference RULES = new ProgramDifference(
            "accept", "other accept rules; give all engines of an interface the same rules in the same order");
    private static final ProgramDifference HINTS =
            new ProgramDifference("metadata", "other metadata; give all engines of an interface the same");
    private static final ProgramDifference FRAGS = new ProgramDifference(
            "multi-buffer", "multi-buffer = off; set it to on in all engines of an interface, or to off in this one");

    /** The name of the map, cut to the 15 characters that the kernel keeps. */
    private static final String METADATA = ".rodata.metadat";

    /**
     * Compares the maps of two programs whose code is the same.
     *
     * @param own     of the program that this process has loaded, in the order of the kernel
     * @param running of the one on the interface
     * @return null if the running program will do for the own program's sockets
     */
    static ProgramDifference of(List<BpfMap> own, List<BpfMap> running) {
        if (own.size() != running.size()) {
            return RULES;
        }
        ProgramDifference difference = null;
        for (int i = 0; i < own.size() && difference == null; i++) {
            difference = of(own.get(i), running.get(i));
        }
        return difference;
    }

    private static ProgramDifference of(BpfMap own, BpfMap running) {
        return switch (own.name()) {
            case "sockets", "counters" -> null;
            case AcceptLayout.CONFIG -> ofConfigs(own, running);
            case METADATA -> own.sameContents(running) ? null : HINTS;
            default -> own.sameContents(running) ? null : RULES;
        };
    }

    /** A program that takes frames in several buffers will do for sockets that don't, not the other way round. */
    private static ProgramDifference ofConfigs(BpfMap own, BpfMap running) {
        if (own.valueLength() != running.valueLength()) {
            return RULES;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment wanted = config(arena, own);
            MemorySegment there = config(arena, running);
            if (AcceptLayout.readFrags(wanted) && !AcceptLayout.readFrags(there)) {
                return FRAGS;
            }
            AcceptLayout.writeFrags(wanted, AcceptLayout.readFrags(there));
            return wanted.mismatch(there) < 0 ? null : RULES;
        }
    }

    private static MemorySegment config(Arena arena, BpfMap map) {
        MemorySegment config = arena.allocate(map.valueLength(), Long.BYTES);
        map.get(arena.allocateFrom(ValueLayout.JAVA_INT, 0), config);
        return config;
    }
}
