package io.millrace.lab.vm;

import io.millrace.HostException;
import io.millrace.lab.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * QEMU, and how it is told to boot the guest.
 *
 * @param version of it
 * @param kvm     whether the host's CPU runs the guest; without it QEMU emulates one
 */
record Qemu(String version, boolean kvm) {
    private static final String PROGRAM = "qemu-system-x86_64";
    private static final Pattern VERSION = Pattern.compile("version (\\d+)\\.(\\d+)[^\\s]*");
    private static final Path KVM = Path.of("/dev/kvm");
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    /** Intel's and AMD's. */
    private static final Pattern VIRTUALIZATION = Pattern.compile("(?m)^flags\\s*:.*\\b(vmx|svm)\\b");

    private static final int CPUS = 2;
    private static final int MEMORY_MIB = 2_560;

    /**
     * Finds it.
     *
     * @throws HostException if there is none, or it is too old for a driver
     */
    static Qemu find(Driver driver) {
        return of(
                Program.of(PROGRAM, "--version").output("QEMU does not run"),
                driver,
                Files.isReadable(KVM) && Files.isWritable(KVM) && hasVirtualization(cpuInfo()));
    }

    private static String cpuInfo() {
        try {
            return Files.readString(CPU_INFO);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns whether a CPU can run a guest. Where it can't, and {@code /dev/kvm} is there (PVM, some clouds), KVM runs
     * kernels that were built for that alone: others end at once, or hang.
     *
     * @param cpuInfo {@code /proc/cpuinfo}
     */
    static boolean hasVirtualization(String cpuInfo) {
        return VIRTUALIZATION.matcher(cpuInfo).find();
    }

    static Qemu of(String versionText, Driver driver, boolean kvm) {
        Matcher matcher = VERSION.matcher(versionText);
        if (!matcher.find()) {
            throw new HostException(
                    PROGRAM + " does not say its version; install QEMU " + driver.minimumQemu() + " or newer");
        }
        String version = matcher.group(1) + "." + matcher.group(2);
        if (Integer.parseInt(matcher.group(1)) < driver.minimumQemu()) {
            throw new HostException("QEMU " + version + " has no " + driver + " device, which came with QEMU "
                    + driver.minimumQemu() + "; use --driver " + Driver.VIRTIO_NET + ", or install a newer QEMU");
        }
        return new Qemu(version, kvm);
    }

    /** What runs the guest's code. */
    String accelerator() {
        return kvm ? "kvm" : "tcg";
    }

    /**
     * The command that boots a guest with two interfaces, joined by a hub. The console goes to a file; the second
     * serial line, for results, is the process's stdout.
     */
    List<String> command(GuestKernel kernel, Path initramfs, Driver driver, Path console, boolean talkative) {
        List<String> command = new ArrayList<>(List.of(
                PROGRAM,
                "-no-user-config",
                "-nodefaults",
                "-display",
                "none",
                "-no-reboot",
                "-machine",
                driver == Driver.IGB ? "q35" : "pc",
                "-accel",
                kvm ? "kvm" : "tcg,thread=multi",
                "-cpu",
                "max",
                "-smp",
                String.valueOf(CPUS),
                "-m",
                String.valueOf(MEMORY_MIB),
                "-kernel",
                kernel.image().toString(),
                "-initrd",
                initramfs.toString(),
                "-append",
                kernelLine(talkative),
                "-chardev",
                "file,id=console,path=" + escaped(console),
                "-serial",
                "chardev:console",
                "-chardev",
                "stdio,id=results,signal=off",
                "-serial",
                "chardev:results"));
        for (int i = 0; i < 2; i++) {
            command.addAll(List.of(
                    "-netdev",
                    "hubport,id=wire" + i + ",hubid=0",
                    "-device",
                    driver.device() + ",netdev=wire" + i + ",mac=02:00:00:00:00:0" + (i + 1) + ",romfile="));
        }
        return command;
    }

    /**
     * No IPv6: its router solicitations would be frames that no test sent. The rest saves time under emulation: the
     * guest's clock needs no watchdog, and its CPU has none of the flaws to mitigate. Emulated, the kernel boots on one
     * CPU, and {@link GuestScript} switches the other on: a booting kernel patches its own code, and QEMU 7.2 now and
     * then lets a second CPU run into the middle of that (a panic in {@code sched_clock_cpu}).
     */
    private String kernelLine(boolean talkative) {
        return "console=ttyS0 panic=-1 ipv6.disable=1 mitigations=off tsc=reliable no_timer_check nowatchdog loglevel="
                + (talkative ? 7 : 4) + (kvm ? "" : " maxcpus=1");
    }

    /** A comma ends a value of QEMU's; two are one. */
    private static String escaped(Path path) {
        return path.toString().replace(",", ",,");
    }
}
