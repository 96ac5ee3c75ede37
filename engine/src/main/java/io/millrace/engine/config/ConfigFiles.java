package io.millrace.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;

import java.io.File;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a file and what it includes. An include is relative to the file that it stands in and must be there, but for
 * {@code include file("…")}: that one may be missing, as HOCON has it, unless it is {@code required(file("…"))}.
 */
final class ConfigFiles implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderClasspath {
    private static final List<String> ENDINGS = List.of("", ".conf", ".json", ".properties");
    private static final ConfigParseOptions OPTIONS = ConfigParseOptions.defaults().setAllowMissing(false);

    private final Path file;
    private final String origin;
    private final HoconScan scan;
    private final List<Path> chain;

    /** @param chain the files that include each other down to this one, itself too */
    private ConfigFiles(Path file, String origin, String text, List<Path> chain) {
        this.file = file;
        this.origin = origin;
        this.scan = HoconScan.of(text);
        this.chain = chain;
    }

    /** @throws ConfigException if it, or what it includes, can't be read, or holds less than was written */
    static Config read(Path file) {
        return read(file, List.of());
    }

    private static Config read(Path file, List<Path> includers) {
        List<Path> chain = new ArrayList<>(includers);
        chain.add(file.toAbsolutePath().normalize());
        ConfigFiles reader = new ConfigFiles(file, file.toString(), text(file), chain);
        ConfigSyntax syntax = file.toString().endsWith(".json") ? ConfigSyntax.JSON
            : file.toString().endsWith(".properties") ? ConfigSyntax.PROPERTIES : ConfigSyntax.CONF;
        Config config = ConfigFactory.parseFile(file.toFile(), OPTIONS.setSyntax(syntax).setIncluder(reader));
        if (syntax != ConfigSyntax.PROPERTIES) {
            reader.throwIfLess();
        }
        return config;
    }

    /** The same for a text, whose includes are relative to the working directory. */
    static Config parse(String text, String origin) {
        ConfigFiles reader = new ConfigFiles(null, origin, text, List.of());
        Config config = ConfigFactory.parseString(text, OPTIONS.setSyntax(ConfigSyntax.CONF)
            .setOriginDescription(origin).setIncluder(reader));
        reader.throwIfLess();
        return config;
    }

    private static String text(Path file) {
        SourceLine start = new SourceLine(file.toString(), 0);
        if (!Files.isRegularFile(file)) {
            throw new ConfigException(start, (Files.exists(file) ? "is not a file" : "no such file")
                + "; give the path of a config file");
        }
        if (!Files.isReadable(file)) {
            throw new ConfigException(start, "is not readable; change its permissions");
        }
        try {
            return Files.readString(file);
        } catch (MalformedInputException e) {
            throw new ConfigException(start, "is not UTF-8; save it as UTF-8", e);
        } catch (IOException e) {
            throw new ConfigException(start, "can't be read (" + e.getMessage() + "); try again", e);
        }
    }

    private void throwIfLess() {
        Problems problems = new Problems();
        scan.losses().forEach(loss -> problems.add(new SourceLine(origin, loss.line()), loss.problem()));
        problems.throwIfAny();
    }

    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
        return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
        Path found = find(what);
        if (found == null && (what.startsWith("/") || !isOnClassPath(what))) {
            throw refused(what, "there is no such file");
        }
        return found == null ? ConfigFactory.parseResources(what, OPTIONS).root() : read(what, found);
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
        String name = what.toString();
        Path found = find(name);
        if (found == null && context.parseOptions().getAllowMissing()) {
            return ConfigFactory.empty().root();
        }
        if (found == null) {
            throw refused(name, "there is no such file");
        }
        return read(name, found);
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
        if (!isOnClassPath(what)) {
            throw refused(what, "there is no such resource on the class path");
        }
        return ConfigFactory.parseResources(what, OPTIONS).root();
    }

    private Path find(String what) {
        Path folder = file == null ? Path.of("") : file.toAbsolutePath().getParent();
        String shown = file == null || file.getParent() == null ? "" : file.getParent() + "/";
        return ENDINGS.stream().filter(ending -> Files.exists(folder.resolve(what + ending))).findFirst()
            .map(ending -> Path.of(Path.of(what).isAbsolute() ? what + ending : shown + what + ending)).orElse(null);
    }

    private static boolean isOnClassPath(String what) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return loader != null && loader.getResource(what) != null;
    }

    private ConfigObject read(String what, Path found) {
        if (!Files.isRegularFile(found)) {
            throw refused(what, found + " is not a file");
        }
        if (!Files.isReadable(found)) {
            throw refused(what, found + " is not readable");
        }
        if (chain.stream().anyMatch(found.toAbsolutePath().normalize()::equals)) {
            throw refused(what, "that file includes this one");
        }
        return read(found, chain).root();
    }

    private ConfigException refused(String what, String why) {
        return new ConfigException(new SourceLine(origin, scan.lineOfInclude(what)), "include "
            + ValueText.quoted(what) + ": " + why + "; correct the include, or the file");
    }
}
