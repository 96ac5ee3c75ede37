package io.millrace.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.millrace.ConfigException;
import io.millrace.SourceLine;
import io.millrace.spi.config.ValueText;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a file and what it includes. The path of an include is relative to the file that includes it, and that file
 * must exist. Only the file of {@code include file("…")} may be missing, as HOCON has it, unless it is {@code
 * required(file("…"))}.
 */
final class ConfigFiles implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderClasspath, ConfigIncluderURL {
    private static final List<String> ENDINGS = List.of("", ".conf", ".json", ".properties");
    private static final String OUT_OF_REACH = "a folder on its path that this user may not enter, or a link to itself";
    private static final ConfigParseOptions OPTIONS =
            ConfigParseOptions.defaults().setAllowMissing(false);

    private final Path file;
    private final String origin;
    private final WrittenConfig written;
    private final List<HoconScan.Include> includes;
    private final List<Path> chain;

    /** @param chain the files that include each other down to this one, which is the last */
    private ConfigFiles(
            Path file, String origin, WrittenConfig written, List<HoconScan.Include> includes, List<Path> chain) {
        this.file = file;
        this.origin = origin;
        this.written = written;
        this.includes = new ArrayList<>(includes);
        this.chain = chain;
    }

    /**
     * @param written collects what the files say
     * @throws ConfigException if one of them can't be read
     */
    static Config read(Path file, WrittenConfig written) {
        return read(file, List.of(), written, List.of());
    }

    /** @param place the path of the block that includes it */
    private static Config read(Path file, List<String> place, WrittenConfig written, List<Path> includers) {
        List<Path> chain = new ArrayList<>(includers);
        chain.add(file.toAbsolutePath().normalize());
        String name = file.toString();
        String text = text(file);
        ConfigSyntax syntax = name.endsWith(".json")
                ? ConfigSyntax.JSON
                : name.endsWith(".properties") ? ConfigSyntax.PROPERTIES : ConfigSyntax.CONF;
        List<HoconScan.Include> includes = List.of();
        if (syntax == ConfigSyntax.PROPERTIES) {
            new PropertiesScan(written, name, place).scan(text);
        } else {
            HoconScan scan = HoconScan.of(text, place);
            written.add(scan, name);
            includes = scan.includes();
        }
        return ConfigFactory.parseFile(
                file.toFile(),
                OPTIONS.setSyntax(syntax).setIncluder(new ConfigFiles(file, name, written, includes, chain)));
    }

    /** Reads a text, whose includes are relative to the working directory. */
    static Config parse(String text, String origin, WrittenConfig written) {
        HoconScan scan = HoconScan.of(text, List.of());
        written.add(scan, origin);
        return ConfigFactory.parseString(
                text,
                OPTIONS.setSyntax(ConfigSyntax.CONF)
                        .setOriginDescription(origin)
                        .setIncluder(new ConfigFiles(null, origin, written, scan.includes(), List.of())));
    }

    private static String text(Path file) {
        SourceLine start = new SourceLine(file.toString(), 0);
        if (!Files.isRegularFile(file)) {
            throw new ConfigException(
                    start,
                    (Files.exists(file)
                                    ? "is not a file"
                                    : Files.notExists(file) ? "no such file" : "is out of reach: " + OUT_OF_REACH)
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

    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
        return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
        HoconScan.Include include = next(what);
        Path found = find(what);
        if (found == null) {
            throw refused(include, "there is no such file");
        }
        return read(include, found);
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
        HoconScan.Include include = next(what.toString());
        Path found = find(what.toString());
        if (found == null && context.parseOptions().getAllowMissing()) {
            return ConfigFactory.empty().root();
        }
        if (found == null) {
            throw refused(include, "there is no such file");
        }
        return read(include, found);
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
        throw noFile(what, "classpath");
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
        throw noFile(what.toString(), "url");
    }

    private ConfigException noFile(String what, String word) {
        HoconScan.Include include = next(what);
        return new ConfigException(
                new SourceLine(origin, include.line()),
                "include " + word + "("
                        + ValueText.quoted(what)
                        + ") is no file, and a config is made of files; write include \"…\" with the path"
                        + " of one");
    }

    /** The line of the include that the parser has come to: it takes them in the order of the text. */
    private HoconScan.Include next(String what) {
        return includes.stream()
                .filter(include -> names(include.target(), what))
                .findFirst()
                .map(include -> {
                    includes.remove(include);
                    return include;
                })
                .orElse(new HoconScan.Include(what, List.of(), 0));
    }

    /** The parser tells the path of {@code file("…")} as {@link File} writes it, with several slashes made one. */
    private static boolean names(String target, String what) {
        return target.equals(what) || new File(target).toString().equals(what);
    }

    private Path find(String what) {
        Path folder = file == null ? Path.of("") : file.toAbsolutePath().getParent();
        String shown = file == null || file.getParent() == null ? "" : file.getParent() + "/";
        return ENDINGS.stream()
                .filter(ending -> !Files.notExists(folder.resolve(what + ending)))
                .findFirst()
                .map(ending -> Path.of(Path.of(what).isAbsolute() ? what + ending : shown + what + ending))
                .orElse(null);
    }

    private ConfigObject read(HoconScan.Include include, Path found) {
        if (!Files.exists(found)) { // even for an include that may be missing, since nobody can tell whether it is
            throw refused(include, found + " is out of reach: " + OUT_OF_REACH);
        }
        if (!Files.isRegularFile(found)) {
            throw refused(include, found + " is not a file");
        }
        if (!Files.isReadable(found)) {
            throw refused(include, found + " is not readable");
        }
        if (chain.stream().anyMatch(found.toAbsolutePath().normalize()::equals)) {
            throw refused(include, "that file includes this one");
        }
        return read(found, include.block(), written, chain).root();
    }

    private ConfigException refused(HoconScan.Include include, String why) {
        return new ConfigException(
                new SourceLine(origin, include.line()),
                "include " + ValueText.quoted(include.target()) + ": " + why + "; correct the include, or the file");
    }
}
