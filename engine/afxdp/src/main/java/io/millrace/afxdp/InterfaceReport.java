package io.millrace.afxdp;

import io.millrace.HostException;
import io.millrace.bindings.MissingLibraryException;
import io.millrace.bindings.NativeLibrary;
import io.millrace.bindings.SystemCallException;
import io.millrace.spi.HostFeature;
import io.millrace.spi.HostSection;
import io.millrace.spi.config.ConfigName;
import io.millrace.xdp.DriverFeatures;
import io.millrace.xdp.ProgramLoader;
import io.millrace.xdp.ProgramOptions;
import io.millrace.xdp.XdpException;
import io.millrace.xdp.XdpFeatures;
import io.millrace.xdp.XdpOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the interfaces and their drivers offer for AF_XDP. To find out, programs are loaded but not attached. Cold.
 */
final class InterfaceReport {
    private static final Path INTERFACES = Path.of("/proc/thread-self/net/dev");

    private InterfaceReport() {}

    /**
     * Looks at all interfaces of the calling thread's network namespace. The title of each is its name, its driver, its
     * state, its queues and how it puts off interrupts; it has no features if the kernel can't be asked.
     */
    static List<HostSection> all() {
        List<HostSection> reports = new ArrayList<>();
        for (String name : names()) {
            try {
                reports.add(of(NetDevice.find(name)));
            } catch (HostException | SystemCallException e) { // the interface has gone meanwhile
                continue;
            }
        }
        return reports;
    }

    private static List<String> names() {
        try {
            return Files.readAllLines(INTERFACES).stream()
                    .filter(line -> line.indexOf(':') >= 0)
                    .map(line -> line.substring(0, line.indexOf(':')).strip())
                    .toList();
        } catch (IOException e) {
            throw new HostException("interfaces can't be listed (" + e.getMessage() + "); mount /proc", e);
        }
    }

    private static HostSection of(NetDevice device) {
        DriverFeatures driver = DriverFeatures.of(device.index());
        NapiValues interrupts = NapiFiles.look(device);
        String name = device.driver();
        String summary = (name.isEmpty() ? "no driver's name" : name) + ", " + (device.up() ? "up" : "down") + ", MTU "
                + device.mtu() + ", " + device.rxQueues() + (device.rxQueues() == 1 ? " queue" : " queues")
                + (interrupts == null ? "" : ", " + interrupts)
                + (driver.known() ? "" : ", what its driver has is not known (Linux 6.3 tells)");
        return new HostSection(device.name() + ": " + summary, lines(device, driver), List.of());
    }

    private static List<HostFeature> lines(NetDevice device, DriverFeatures driver) {
        List<HostFeature> lines = new ArrayList<>();
        String kind = LinkLayer.otherThanEthernet(device);
        if (!kind.isEmpty()) {
            add(lines, false, "Ethernet headers", "", "no af-xdp port can be opened (link layer: " + kind + ")");
            return lines;
        }
        if (!driver.known()) {
            return lines;
        }
        if (Bond.is(device)) {
            add(
                    lines,
                    false,
                    "XDP in the driver",
                    "",
                    "attach = skb, or a port for each port of the bond: " + Bond.REASON);
            return lines;
        }
        add(lines, driver.nativeXdp(), "XDP in the driver", "attach = native", "attach = skb, which is slower");
        add(lines, driver.zeroCopy(), "zero-copy mode", "copy = zero-copy", "copy = copy, which is slower");
        add(
                lines,
                driver.multiBuffer(),
                "frames in several buffers",
                "multi-buffer = on; " + segments(device, driver),
                "multi-buffer = on in generic (skb) mode alone");
        XdpFeatures features = XdpFeatures.of(device.index());
        String refusal = features.hints().isEmpty() ? "" : metadataRefusal(device, features);
        add(
                lines,
                !features.hints().isEmpty() && refusal.isEmpty(),
                "what the driver knows of a frame",
                "metadata = ["
                        + features.hints().stream().sorted().map(ConfigName::of).collect(Collectors.joining(", "))
                        + "]",
                "metadata can't be had" + (refusal.isEmpty() ? "" : ": " + refusal));
        String owner = owner(device);
        if (!owner.isEmpty()) {
            lines.add(new HostFeature(
                    true,
                    "an XDP program already",
                    owner + "; an engine's is shared by engines with the same settings, any other is in the way"));
        }
        return lines;
    }

    /** Says why the program that asks the driver for hints can't be loaded; "" if it can. */
    private static String metadataRefusal(NetDevice device, XdpFeatures features) {
        try {
            NativeLibrary.LIBBPF.require();
            ProgramLoader.tryLoading(new ProgramOptions(false, features.hints(), device.index()));
            return "";
        } catch (XdpException | MissingLibraryException e) {
            return e.getMessage();
        }
    }

    private static void add(List<HostFeature> lines, boolean isThere, String what, String meaning, String otherwise) {
        lines.add(new HostFeature(isThere, what, isThere ? meaning : otherwise));
    }

    private static String segments(NetDevice device, DriverFeatures driver) {
        String copied = SegmentLimit.of(device, false) + " segments can be sent";
        return driver.zeroCopy() ? copied + ", " + SegmentLimit.of(device, true) + " without a copy" : copied;
    }

    private static String owner(NetDevice device) {
        try {
            NativeLibrary.LIBBPF.require();
            return XdpOwner.of(device.index());
        } catch (MissingLibraryException e) { // the host's report already says so
            return "";
        }
    }
}
