package io.millrace.lab.command;

import io.millrace.cli.CommandFailure;
import io.millrace.cli.ExitCode;
import io.millrace.cli.Millrace;
import io.millrace.cli.OutputFile;
import io.millrace.cli.StopSignals;
import io.millrace.lab.demo.Demo;
import io.millrace.lab.demo.DemoPort;
import io.millrace.lab.demo.DemoResult;
import io.millrace.lab.demo.DemoSettings;
import io.millrace.lab.demo.EngineEndedException;
import java.nio.file.Path;
import java.util.List;

/** Runs the demonstration for the command {@code demo}. */
final class EngineDemo {
    private EngineDemo() {}

    /** Runs the demonstration, prints the table, writes the JSON; returns the exit code. */
    static int run(DemoOptions options) {
        OutputFile.require("--json", options.json());
        DemoPort port = port(options.port());
        double rate = options.rate() == null ? port.usualRate() : options.rate().perSecond();
        Demo demo = new Demo(
                new DemoSettings(port, options.duration(), rate), Millrace.class.getName(), System.out, System.err);
        StopSignals.onStop(demo::stop);
        DemoResult result = run(demo);
        System.out.print(result.table());
        if (options.json() != null) {
            result.write(options.json());
        }
        List<String> problems = result.problems();
        if (!problems.isEmpty()) {
            throw CommandFailure.failed(String.join(", ", problems) + "; please report this with the output of --json");
        }
        return ExitCode.FINE;
    }

    private static DemoResult run(Demo demo) {
        try {
            DemoResult result = demo.run();
            if (result == null) {
                throw CommandFailure.failed("stopped before any traffic flowed; nothing was measured");
            }
            return result;
        } catch (EngineEndedException e) {
            int code = e.exitCode() <= ExitCode.HOST && e.exitCode() > 0 ? e.exitCode() : ExitCode.FAILED;
            throw new CommandFailure(code, e.getMessage(), e);
        }
    }

    /** Returns the requested kind of port, or the one that this user may open. */
    private static DemoPort port(DemoPort wanted) {
        String command = launcher() + " demo";
        String more = wanted == null ? Demo.whatPrivilegesAdd(command) : null;
        if (more != null) {
            System.out.println(more + "\n");
            return DemoPort.UDP;
        }
        if (wanted == null || wanted == DemoPort.AF_XDP) {
            Demo.requirePrivileges(command);
            return DemoPort.AF_XDP;
        }
        return wanted;
    }

    /** The launcher's path as the user would type it. */
    private static String launcher() {
        String home = System.getenv("MILLRACE_HOME");
        if (home == null) {
            return "harness/millrace";
        }
        Path launcher = Path.of(home, "harness", "millrace");
        Path here = Path.of("").toAbsolutePath();
        return (launcher.startsWith(here) ? here.relativize(launcher) : launcher).toString();
    }
}
