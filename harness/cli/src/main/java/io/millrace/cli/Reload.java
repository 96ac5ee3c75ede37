package io.millrace.cli;

import io.millrace.Engine;
import io.millrace.EnginePort;
import io.millrace.SourceLine;
import io.millrace.core.config.ConfigChange;
import io.millrace.core.config.EngineConfig;
import io.millrace.spi.PortSettings;
import io.millrace.spi.config.AcceptSetting;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Handles SIGHUP: reads the config again, and changes in the running engine what can be changed, which is the accept
 * rules. A config with a problem changes nothing. Changes that need a restart are named on stderr, key by key. What was
 * changed is told on stdout, or on stderr, too, if stdout has lines of JSON.
 */
final class Reload {
    /** The longest value in a message. */
    private static final int LONGEST_VALUE = 60;

    /**
     * New rules for a port.
     *
     * @param path the path of their key in the config
     */
    private record NewRules(EnginePort port, List<String> rules, String path, SourceLine line) {}

    private final RunOptions options;
    private final EngineConfig started;
    private final PrintStream out;
    private final PrintStream err;
    private Engine engine;
    private boolean asked;

    /** @param started the config that the engine is started with */
    Reload(RunOptions options, EngineConfig started, PrintStream out, PrintStream err) {
        this.options = options;
        this.started = started;
        this.out = out;
        this.err = err;
    }

    /** From now on signals reload; a signal that came before takes effect now. */
    synchronized void reloads(Engine running) {
        engine = running;
        if (asked) {
            reload();
        }
    }

    /** Reloads, or remembers to do so once the engine is there. Any thread; one reload at a time. */
    synchronized void request() {
        asked = true;
        if (engine != null) {
            reload();
        }
    }

    private void reload() {
        try {
            EngineConfig wanted = EngineConfig.load(options.config(), options.overrides());
            List<NewRules> changes = newRules(wanted);
            changes.forEach(this::apply);
            List<ConfigChange> others = needRestart(wanted);
            others.forEach(this::name);
            if (changes.isEmpty() && others.isEmpty()) {
                out.println("reloaded " + options.config() + ": nothing has changed");
            }
        } catch (RuntimeException e) {
            ErrorLines.lines(e).forEach(this::complain);
            complain(options.config() + " is not loaded; the engine goes on as before");
        }
    }

    /** @throws io.millrace.ConfigException if the rules of one of the ports can't be used */
    private List<NewRules> newRules(EngineConfig wanted) {
        List<NewRules> changes = new ArrayList<>();
        for (PortSettings port : wanted.ports()) {
            PortSettings before = started.port(port.name());
            Optional<AcceptSetting> setting = port.type().acceptRules(port);
            if (setting.isEmpty() || before == null || before.type() != port.type()) {
                continue;
            }
            EnginePort running = engine.port(port.name());
            List<String> rules = setting.get().rules();
            if (!running.accepted().equals(rules)) {
                port.type().requireAcceptable(port);
                changes.add(new NewRules(
                        running,
                        rules,
                        pathOf(port, setting.get()),
                        port.lineOf(setting.get().key())));
            }
        }
        return changes;
    }

    private static String pathOf(PortSettings port, AcceptSetting setting) {
        return port.settings().path(setting.key());
    }

    private void apply(NewRules change) {
        try {
            int before = change.port.accepted().size();
            change.port.accept(change.rules);
            out.println("reloaded " + options.config() + ": " + change.path + " has " + count(change.rules.size())
                    + ", it had " + count(before));
        } catch (RuntimeException e) {
            ErrorLines.lines(e)
                    .forEach(line -> complain(change.line + ": " + change.path + " stays as it was: " + line));
        }
    }

    private static String count(int rules) {
        return rules == 0 ? "no rules, every frame is taken" : rules == 1 ? "1 rule" : rules + " rules";
    }

    /** Returns all differences from the config that the engine was started with, except the rules. */
    private List<ConfigChange> needRestart(EngineConfig wanted) {
        return ConfigChange.between(started, wanted).stream()
                .filter(change -> !isRules(change.path()))
                .toList();
    }

    private void name(ConfigChange change) {
        complain(options.config() + ": " + change.path() + difference(change) + "; restart the engine to have it so");
    }

    private boolean isRules(String path) {
        return started.ports().stream()
                .anyMatch(port -> port.type()
                        .acceptRules(port)
                        .filter(setting -> pathOf(port, setting).equals(path))
                        .isPresent());
    }

    private static String difference(ConfigChange change) {
        if (change.before().isEmpty() && change.after().isEmpty()) {
            return " is in one of the file and the running engine only";
        }
        return " is " + shortened(change.after()) + " now, the engine runs with " + shortened(change.before());
    }

    private static String shortened(String value) {
        if (value.isEmpty()) {
            return "not set";
        }
        return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "…";
    }

    private void complain(String line) {
        err.println("millrace: " + line);
    }
}
