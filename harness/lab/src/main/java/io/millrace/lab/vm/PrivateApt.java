package io.millrace.lab.vm;

import io.millrace.HostException;
import io.millrace.lab.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Debian 13 and its backports, by the host's own apt, mirror and keys, but with lists, cache and sources in a folder of
 * its own: the host's package lists stay as they are, and nothing is installed. Needs no privileges.
 */
final class PrivateApt {
    private static final String SUITE = "trixie";
    private static final String BACKPORTS = SUITE + "-backports";
    /**
     * The keys of Debian's package debian-archive-keyring; without it, the keys that the host's apt trusts are used.
     */
    private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

    private static final Duration LISTS_KEPT = Duration.ofDays(1);

    private final Path folder;
    private final Consumer<String> progress;

    private PrivateApt(Path folder, Consumer<String> progress) {
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * Sets it up and fetches its package lists, unless those of the last day are there.
     *
     * @throws HostException if this host has no apt, or apt no mirror of Debian
     */
    static PrivateApt open(Path folder, Consumer<String> progress) {
        PrivateApt apt = new PrivateApt(folder, progress);
        try {
            for (String name : List.of("state/lists/partial", "cache/archives/partial", "packages")) {
                Files.createDirectories(folder.resolve(name));
            }
            Files.writeString(folder.resolve("status"), "");
            apt.writeSources();
            apt.update();
            return apt;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "can't write to " + folder + " (" + e.getMessage()
                            + "); make room there, or set XDG_CACHE_HOME to another folder",
                    e);
        }
    }

    private void writeSources() throws IOException {
        String targets = Program.of(
                        "apt-get", "indextargets", "--format", DebianPackages.MIRROR_FORMAT, "Created-By: Packages")
                .output("apt's sources can't be read");
        String mirror = DebianPackages.mirror(targets)
                .orElseThrow(() -> new HostException(
                        "apt has no mirror of Debian here, where the kernel would come from; run it on Debian"));
        Files.writeString(folder.resolve("sources.list"), source(mirror, SUITE) + source(mirror, BACKPORTS));
    }

    private static String source(String mirror, String suite) {
        String signedBy = Files.isReadable(KEYRING) ? "[signed-by=" + KEYRING + "] " : "";
        return "deb " + signedBy + mirror + " " + suite + " main\n";
    }

    private void update() throws IOException {
        Path stamp = folder.resolve("updated");
        if (Files.exists(stamp)
                && Files.getLastModifiedTime(stamp)
                        .toInstant()
                        .isAfter(Instant.now().minus(LISTS_KEPT))) {
            return;
        }
        progress.accept("fetching the package lists of " + SUITE + " and " + BACKPORTS + " ...");
        Program.Outcome outcome =
                Program.of(command("apt-get", "update", "-qq")).run();
        if (outcome.isFine() && !outcome.out().contains("Failed to fetch")) {
            Files.writeString(stamp, "");
        } else if (!Files.exists(stamp)) { // older lists do
            throw new HostException("the package lists of " + SUITE + " can't be fetched (" + outcome.lastWords()
                    + "); check the network and apt's sources");
        }
    }

    private List<String> command(String... words) {
        List<String> all = new ArrayList<>();
        all.add(words[0]);
        for (String option : List.of(
                "Dir::Etc::sourcelist=" + folder.resolve("sources.list"),
                "Dir::Etc::sourceparts=/dev/null",
                "Dir::Etc::preferences=/dev/null",
                "Dir::Etc::preferencesparts=/dev/null",
                "Dir::State=" + folder.resolve("state"),
                "Dir::State::status=" + folder.resolve("status"),
                "Dir::Cache=" + folder.resolve("cache"),
                "APT::Default-Release=",
                "APT::Sandbox::User=root",
                "APT::Architecture=amd64",
                "Acquire::Languages=none")) {
            all.add("-o");
            all.add(option);
        }
        all.addAll(List.of(words).subList(1, words.length));
        return all;
    }

    /** Names of packages that begin so. */
    Stream<String> names(String prefix) {
        return Program.of(command("apt-cache", "pkgnames", prefix))
                .output("apt's package names can't be read")
                .lines();
    }

    /** What apt knows of a package, "" if nothing. */
    String show(String name) {
        Program.Outcome outcome = Program.of(command("apt-cache", "show", "--no-all-versions", name))
                .run();
        return outcome.isFine() ? outcome.out() : "";
    }

    /**
     * Fetches a package and unpacks it into a folder.
     *
     * @throws HostException if it can't be fetched
     */
    void unpack(String name, Path target) {
        progress.accept("fetching " + name + " ...");
        Path packages = folder.resolve("packages");
        Folders.empty(packages); // of a run that was ended
        Program.of(command("apt-get", "download", "-qq", name))
                .in(packages)
                .output("the package " + name + " can't be fetched");
        try (Stream<Path> files = Files.list(packages)) {
            for (Path file : files.toList()) {
                unpack(file, target);
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unpacks a package's file into a folder. */
    static void unpack(Path file, Path target) {
        Program.of("dpkg-deb", "--extract", file.toString(), target.toString()).output(file + " can't be unpacked");
    }
}
