package io.millrace.lab.vm;

import io.millrace.HostException;
import io.millrace.lab.demo.TemporaryFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** The whole test: gets what the guest is made of, boots it, hears what it tells. {@link #run} once. */
public final class VmTest {
    private static final double GIGA = 1e9;
    private static final int MIB = 1 << 20;
    /**
     * How often Java is started in an emulated guest, whose JVM may crash; if one check makes it crash so often, the
     * check is at fault.
     */
    private static final int STARTS = 5;

    private final VmSettings settings;
    private final PrintStream out;
    private final PrintStream progress;
    private final VmResult result = new VmResult();

    /**
     * Prepares nothing yet.
     *
     * @param out      gets what the checks find
     * @param progress gets what is being done, and the console if that is wanted
     */
    public VmTest(VmSettings settings, PrintStream out, PrintStream progress) {
        this.settings = settings;
        this.out = out;
        this.progress = progress;
    }

    /**
     * Runs it.
     *
     * @throws HostException if QEMU, a kernel, or anything else that the guest needs can't be had, or its emulation
     * breaks
     *                       off twice
     */
    public VmResult run() {
        Qemu qemu = Qemu.find(settings.driver());
        try (TemporaryFolder folder = TemporaryFolder.create("millrace-vm-")) {
            Path initramfs = folder.path().resolve("initramfs");
            GuestKernel kernel = prepare(initramfs, qemu.kvm() ? 1 : STARTS);
            result.ranOn("kernel", kernel.name());
            result.ranOn("driver", settings.driver().toString());
            result.ranOn("qemu", qemu.version());
            result.ranOn("accelerator", qemu.accelerator());
            boot(qemu, kernel, initramfs, folder.path());
            if (result.brokeOff() && !qemu.kvm()) {
                tell("the guest broke off, which it does now and then when it is emulated; once more ...");
                result.startAgain();
                boot(qemu, kernel, initramfs, folder.path());
            }
        }
        if (result.unfinished() && !qemu.kvm()) {
            throw new HostException(
                    result.problems().getFirst() + ", and QEMU " + qemu.version() + " emulates it, which is"
                            + " slow and now and then wrong; use a host with KVM, or a newer QEMU, or try again");
        }
        return result;
    }

    /** One at a time: two would fetch the same things into the same folder. */
    private GuestKernel prepare(Path initramfs, int starts) {
        try {
            Files.createDirectories(settings.cache());
            try (FileChannel file = FileChannel.open(
                            settings.cache().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                assert lock.isValid();
                Consumer<String> tell = this::tell;
                KernelStore store = new KernelStore(settings.cache(), tell);
                GuestKernel kernel = store.kernel(settings.kernel(), settings.driver());
                Path busybox = store.busybox();
                Path runtime = RuntimeImage.in(settings.cache(), tell);
                String script = GuestScript.of(
                        kernel.modules().keySet(),
                        options(),
                        settings.checks(),
                        starts,
                        settings.limit().toSeconds());
                new Initramfs(kernel, busybox, runtime, jars(), script).write(initramfs);
                return kernel;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "can't prepare the guest (" + e + "); make room in " + settings.cache()
                            + " and in the folder of temporary files",
                    e);
        }
    }

    /** A small machine with two CPUs: the garbage collector that starts fastest, and a heap of a fixed size. */
    private List<String> options() {
        List<String> options = new ArrayList<>(settings.options());
        options.addAll(List.of(
                "-XX:+UseSerialGC",
                "-Xms512m",
                "-Xmx512m",
                "-XX:+DisplayVMOutputToStderr",
                "-XX:+ErrorFileToStderr")); // to the console, should the JVM itself have something to say
        return options;
    }

    private List<Path> jars() {
        List<Path> jars = new ArrayList<>(List.of(settings.program()));
        Folders.files(settings.program().resolveSibling("lib")).stream()
                .filter(file -> file.toString().endsWith(".jar"))
                .forEach(jars::add);
        return jars;
    }

    private void boot(Qemu qemu, GuestKernel kernel, Path initramfs, Path folder) {
        Path console = folder.resolve("console.log");
        Path errors = folder.resolve("qemu.log");
        tell(String.format(
                Locale.ROOT,
                "booting %s with %s in QEMU %s (%s), %d MiB of initramfs ...",
                kernel.name(),
                settings.driver(),
                qemu.version(),
                qemu.kvm() ? "KVM" : "emulated: it takes some minutes",
                size(initramfs) / MIB));
        List<String> command = qemu.command(kernel, initramfs, settings.driver(), console, settings.console());
        Consumer<String> consoleReader = settings.console() ? line -> progress.println("  | " + line) : null;
        long startNs = System.nanoTime();
        try (VirtualMachine machine = VirtualMachine.boot(command, console, errors, consoleReader)) {
            boolean byItself = machine.run(settings.limit(), event -> hear(event, startNs));
            result.wentOff(byItself, settings.limit().toSeconds());
            if (!result.passed() && !settings.console()) {
                explain(machine, errors);
            }
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void hear(GuestEvent event, long startNs) {
        result.note(event);
        switch (event.kind()) {
            case START ->
                tell(String.format(
                        Locale.ROOT,
                        "Linux %s and Java %s run after %.0f s",
                        event.text("kernel"),
                        event.text("java"),
                        (System.nanoTime() - startNs) / GIGA));
            case CHECKING -> tell(event.text("name") + " ...");
            case CHECK -> {
                out.printf(
                        Locale.ROOT,
                        "%-6s  %s%n        %s%n",
                        event.flag("passed") ? "ok" : "FAILED",
                        event.text("name"),
                        event.text("detail"));
                out.flush();
            }
            default -> {}
        }
    }

    /** What the machine said, for one who did not watch. */
    private void explain(VirtualMachine machine, Path errors) {
        try {
            if (Files.exists(errors)) {
                Files.readAllLines(errors).forEach(line -> progress.println("  qemu: " + line));
            }
        } catch (IOException e) {
            progress.println("  qemu: " + e);
        }
        machine.lastWords().forEach(line -> progress.println("  | " + line));
        progress.flush();
    }

    private void tell(String text) {
        progress.println("vm-test: " + text);
        progress.flush();
    }
}
