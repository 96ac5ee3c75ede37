package io.millrace.lab.command;

import io.millrace.cli.CommandFailure;
import io.millrace.cli.DurationConverter;
import io.millrace.cli.ExitCode;
import io.millrace.cli.OutputFile;
import io.millrace.cli.VerboseOption;
import io.millrace.cli.report.Json;
import io.millrace.cli.report.TextFile;
import io.millrace.lab.vm.Driver;
import io.millrace.lab.vm.RatePath;
import io.millrace.lab.vm.VmResult;
import io.millrace.lab.vm.VmSettings;
import io.millrace.lab.vm.VmTest;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Proves zero-copy mode on a driver that has it. */
@Command(
        name = "vm-test",
        sortOptions = false,
        description = {
            "Test zero-copy mode on a real driver, in a virtual machine.",
            "It boots a Linux guest under QEMU with two network cards joined back to back, runs the engine in it on"
                    + " one of them "
                    + "with zero-copy mode forced and traffic from the other, and checks modes, bytes, accounts and"
                    + " rates. Needs "
                    + "Debian's apt, for a kernel from Debian 13's backports (kept in"
                    + " ${XDG_CACHE_HOME:-~/.cache}/millrace), but no "
                    + "root and no KVM: emulated, it takes some minutes.",
            "--verbose shows the guest's console as well."
        })
final class VmTestCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--kernel",
            paramLabel = "KERNEL",
            description = "The kernel: a file (an image, or a .deb), a package "
                    + "of Debian 13 or its backports, or a version or its beginning, 7.3 (default: the newest there).")
    private String kernel;

    @Option(
            names = "--driver",
            paramLabel = "NAME",
            defaultValue = "virtio-net",
            converter = DriverConverter.class,
            description = "The network cards: virtio-net, or igb, which needs QEMU 8 (default: ${DEFAULT-VALUE}).")
    private Driver driver;

    @Option(
            names = "--timeout",
            paramLabel = "D",
            defaultValue = "10m",
            converter = DurationConverter.class,
            description = "For the guest, from boot to off (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Option(
            names = "--only",
            paramLabel = "TEXT",
            description = "Only checks whose name contains this; may be repeated.")
    private List<String> only = List.of();

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results to this file.")
    private Path json;

    @Mixin
    private VerboseOption standard;

    @Override
    public Integer call() {
        OutputFile.require("--json", json);
        VmResult result = new VmTest(settings(), System.out, System.err).run();
        tell(result);
        if (json != null) {
            TextFile.write(Json.text(result.json()), json);
        }
        if (!result.passed()) {
            throw CommandFailure.failed(
                    result.problems().size() == 1
                            ? result.problems().getFirst() + "; see above"
                            : result.problems().size() + " checks failed; see above");
        }
        return ExitCode.FINE;
    }

    private VmSettings settings() {
        try {
            return new VmSettings(kernel, driver, timeout, only, standard.verbose(), cache(), program(), options());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void tell(VmResult result) {
        PrintWriter out = spec.commandLine().getOut();
        if (result.hasRates()) {
            out.printf(Locale.ROOT, "%nreceive and drop, frames of 64 bytes:%n");
            for (RatePath path : RatePath.values()) {
                out.printf(
                        Locale.ROOT,
                        "  %-30s  %,9.0f frames/s%s%n",
                        path.meaning(),
                        result.rate(path),
                        path == RatePath.ZERO_COPY
                                ? ""
                                : String.format(Locale.ROOT, "   no copy is %.1f times as fast", result.ratio(path)));
            }
        }
        out.flush();
    }

    /** The cache folder, by the convention for what programs can fetch again. */
    private static Path cache() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path base = configured == null || !Path.of(configured).isAbsolute()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(configured);
        return base.resolve("millrace/vm");
    }

    /** This program's jar, which the guest gets. */
    private static Path program() {
        Path jar = Path.of(System.getProperty("java.class.path"));
        if (!jar.toString().endsWith(".jar") || !Files.isDirectory(jar.resolveSibling("lib"))) {
            throw CommandFailure.usage("vm-test gives its own jar to the guest, and runs from none;"
                    + " start with harness/millrace vm-test");
        }
        return jar.toAbsolutePath();
    }

    /** What this JVM was told, but for debuggers and the like. */
    private static List<String> options() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> Stream.of("--add-opens", "--enable-native-access", "--sun-misc", "-XX:MaxInlineLevel")
                        .anyMatch(option::startsWith))
                .toList();
    }

    /** Reads a driver by its name. */
    static final class DriverConverter implements ITypeConverter<Driver> {
        @Override
        public Driver convert(String text) {
            return Stream.of(Driver.values())
                    .filter(driver -> driver.toString().equals(text))
                    .findFirst()
                    .orElseThrow(
                            () -> new TypeConversionException("'" + text + "' is no driver; it is virtio-net or igb"));
        }
    }
}
