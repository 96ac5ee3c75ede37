package io.millrace.afxdp;

import io.millrace.HostException;
import io.millrace.bindings.Capability;
import io.millrace.bindings.MissingLibraryException;
import io.millrace.ring.HugePages;
import io.millrace.ring.Umem;
import io.millrace.ring.UmemMappingException;
import io.millrace.spi.HostFeature;
import io.millrace.spi.HostReport;
import io.millrace.spi.HostSection;
import io.millrace.xdp.ProgramLoader;
import io.millrace.xdp.ProgramOptions;
import io.millrace.xdp.XdpException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds out whether this user can use AF_XDP on this host, and what is used in place of missing features. It opens a
 * socket without binding it and loads programs without attaching them, and closes them again. Cold.
 */
final class AfXdpReport {
    private static final int ENTRIES = 64;
    private static final int FRAME_SIZE = 2048;
    private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB");
    private static final Path TYPE_INFORMATION = Path.of("/sys/kernel/btf/vmlinux");
    private static final String IMPOSSIBLE = "without it no af-xdp port can be opened";

    private final List<HostFeature> lines = new ArrayList<>();
    private String problem = "";

    private AfXdpReport() {}

    /** Asks the kernel; takes tens of milliseconds. */
    static HostReport make() {
        AfXdpReport report = new AfXdpReport();
        report.privileges();
        report.socket();
        report.programs();
        report.memory();
        report.add(
                Files.exists(TYPE_INFORMATION),
                "type information of the kernel (BTF)",
                "for metadata of a port",
                "metadata of a port can't be had");
        return new HostReport(
                List.of(
                        new HostSection("AF_XDP, for af-xdp ports", report.lines, List.of()),
                        new HostSection("interfaces of this network namespace", List.of(), InterfaceReport.all())),
                report.problem,
                false);
    }

    private void add(boolean isThere, String what, String meaning, String otherwise) {
        lines.add(new HostFeature(isThere, what, isThere ? meaning : otherwise));
    }

    private void refuse(String what, RuntimeException reason) {
        lines.add(new HostFeature(false, what, IMPOSSIBLE));
        if (problem.isEmpty()) {
            problem = reason.getMessage();
        }
    }

    private void privileges() {
        boolean mayDoAll = Capability.CAP_SYS_ADMIN.isHeld();
        add(Capability.CAP_NET_RAW.isHeld(), "CAP_NET_RAW", "opens sockets", IMPOSSIBLE);
        add(Capability.CAP_BPF.isHeld() || mayDoAll, "CAP_BPF", "loads XDP programs", IMPOSSIBLE);
        add(Capability.CAP_NET_ADMIN.isHeld(), "CAP_NET_ADMIN", "attaches them", IMPOSSIBLE);
        add(
                Capability.CAP_IPC_LOCK.isHeld(),
                "CAP_IPC_LOCK",
                "UMEMs of any size",
                "UMEMs of " + UmemRegistration.lockableText()
                        + " at most, of all the user's processes together (`ulimit -l`)");
        add(
                Capability.CAP_PERFMON.isHeld() || mayDoAll,
                "CAP_PERFMON",
                "XDP programs at their full speed",
                "not needed; an XDP program with rules takes some 0.1 us more for a frame");
        add(
                mayDoAll,
                "CAP_SYS_ADMIN",
                "shares an interface with another engine",
                "an interface that another engine is on can't be had");
    }

    private void socket() {
        String what = "AF_XDP sockets";
        try (Arena arena = Arena.ofShared();
                XdpSocket socket = XdpSocket.open(
                        arena,
                        Umem.map(arena, ENTRIES, FRAME_SIZE, HugePages.OFF),
                        new RingSizes(ENTRIES, ENTRIES, ENTRIES, ENTRIES))) {
            add(true, what, "used by af-xdp ports", "");
            add(
                    socket.txBudget() == ENTRIES,
                    "whole TX rings in one wake-up",
                    "used in copy mode",
                    socket.txBudget() + " frames in copy mode (Linux 6.17 has more)");
        } catch (HostException | UmemMappingException e) {
            refuse(what, e);
        }
    }

    private void programs() {
        String what = "XDP programs";
        try {
            ProgramLoader.tryLoading(ProgramOptions.PLAIN);
            add(true, what, "with and without accept rules; bpffs is not used", "");
            add(
                    loads(new ProgramOptions(true, Set.of(), 0)),
                    "programs for frames in several buffers",
                    "with multi-buffer = on of a port, from Linux 6.6 on",
                    "multi-buffer = on can't be had (Linux 6.6 has it)");
        } catch (XdpException | MissingLibraryException e) {
            refuse(what, e);
        }
    }

    private static boolean loads(ProgramOptions options) {
        try {
            ProgramLoader.tryLoading(options);
            return true;
        } catch (XdpException e) {
            return false;
        }
    }

    private void memory() {
        long free = hugePages("free_hugepages");
        add(
                free > 0,
                "huge pages of 2 MiB",
                free + " of " + hugePages("nr_hugepages") + " are free; used with huge-pages = auto",
                "none are free; normal pages, and no chunks = unaligned (" + HUGE_PAGES
                        + "/nr_hugepages reserves them)");
    }

    private static long hugePages(String file) {
        try {
            return Long.parseLong(Files.readString(HUGE_PAGES.resolve(file)).strip());
        } catch (IOException | NumberFormatException e) { // a kernel without this file
            return 0;
        }
    }
}
