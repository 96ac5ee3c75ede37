package io.millrace.lab.command;

import io.millrace.cli.Commands;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** The commands that the command line has in the repository beside the product's. */
public final class LabCommands implements Commands {
    @Override
    public SequencedMap<String, Class<?>> byName() {
        SequencedMap<String, Class<?>> commands = new LinkedHashMap<>();
        commands.put("demo", DemoCommand.class);
        commands.put("gen", GenCommand.class);
        commands.put("bench", BenchCommand.class);
        commands.put("vm-test", VmTestCommand.class);
        return commands;
    }
}
