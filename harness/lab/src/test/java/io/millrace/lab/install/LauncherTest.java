package io.millrace.lab.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.cli.ExitCode;
import io.millrace.cli.Millrace;
import io.millrace.lab.process.Program;
import io.millrace.testing.RootOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher script, with JDK folders of our own making; it builds and installs nothing here. */
class LauncherTest {
    private static final Path SCRIPT = Launchers.SCRIPT;
    private static final Path ARCHIVE = SCRIPT.resolveSibling("cli/src/main/archive");

    private static final String LARGE_PEERS_MISSING =
            "has_header() { true; }; command() { [[ $2 != dpdk* && $2 != go ]]; }; ";

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();

    @Test
    void shouldPreferMillraceJavaHome() throws Exception {
        Path chosen = jdk("chosen", "26.0.1");
        environment.put("MILLRACE_JAVA_HOME", chosen.toString());
        environment.put("JAVA_HOME", jdk("java-home", "25").toString());
        assertEquals(chosen.toString(), findJdk().out());
    }

    @Test
    void shouldRefuseMillraceJavaHomeWhenItIsTooOld() throws Exception {
        environment.put("MILLRACE_JAVA_HOME", jdk("old", "21.0.4").toString());
        environment.put("JAVA_HOME", jdk("java-home", "25").toString());
        Program.Outcome outcome = findJdk();
        assertEquals(ExitCode.HOST, outcome.code());
        assertTrue(outcome.err().startsWith("millrace: MILLRACE_JAVA_HOME=" + folder.resolve("old")), outcome.err());
    }

    @Test
    void shouldTakeJavaHomeBeforeInstalledOnes() throws Exception {
        Path javaHome = jdk("java-home", "25.0.3");
        jdk("jvm/other", "25");
        environment.put("JAVA_HOME", javaHome.toString());
        assertEquals(javaHome.toString(), findJdk().out());
    }

    @Test
    void shouldSkipOldJavaHomeAndFoldersThatAreNoJdk() throws Exception {
        environment.put("JAVA_HOME", jdk("java-home", "1.8.0_292").toString());
        jdk("jvm/a-17", "17.0.15");
        Path runtimeOnly = jdk("jvm/b-25-jre", "25");
        Files.delete(runtimeOnly.resolve("bin/javac"));
        Files.createDirectories(folder.resolve("jvm/c-empty"));
        Path suitable = jdk("jvm/d-25", "25-ea");
        assertEquals(suitable.toString(), findJdk().out());
    }

    @Test
    void shouldFollowJavaOnThePath() throws Exception {
        Path home = jdk("elsewhere", "27");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), home.resolve("bin/java"));
        environment.put("PATH", bin + ":" + System.getenv("PATH"));
        assertEquals(home.toString(), findJdk().out());
    }

    @Test
    void shouldAskTheJvmWhenThereIsNoReleaseFile() throws Exception {
        Path home = jdk("jvm/no-release", "0");
        Files.delete(home.resolve("release"));
        Files.writeString(home.resolve("bin/java"), "#!/bin/sh\necho 'openjdk version \"25.0.1\" 2025-10-21' >&2\n");
        assertEquals(home.toString(), findJdk().out());
    }

    @Test
    void shouldSayWhatToDoWithoutJdk() throws Exception {
        jdk("jvm/a-17", "17");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        fake(bin.resolve("java"), "#!/bin/sh\n");
        fake(bin.resolve("apt-cache"), "#!/bin/sh\necho 'openjdk-25-jdk-headless:'; echo '  Candidate: (none)'\n");
        fake(bin.resolve("apt-get"), "#!/bin/sh\necho called >>" + folder.resolve("apt-get.log") + "\n");
        environment.put("PATH", bin + ":" + System.getenv("PATH"));
        environment.put("MILLRACE_NO_INSTALL", "1");
        Program.Outcome outcome = bash(SCRIPT + " check absent.conf");
        assertEquals(ExitCode.HOST, outcome.code(), outcome.err());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        assertTrue(outcome.err().contains("no JDK 25 or newer") && outcome.err().contains("MILLRACE_JAVA_HOME"));
        assertFalse(Files.exists(folder.resolve("apt-get.log")), "asked not to install");
    }

    @Test
    @RootOnly
    void shouldInstallJdkWhereAptHasIt() throws Exception {
        Path ready = jdk("ready/openjdk-25", "25.0.5");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        fake(bin.resolve("java"), "#!/bin/sh\n");
        // More text than a pipe holds: a launcher that looks at the first lines only must not trip over it.
        fake(
                bin.resolve("apt-cache"),
                "#!/bin/sh\necho '  Candidate: 25.0.5+8-1'; head -c 200000 /dev/zero | tr '\\0' x\n");
        fake(
                bin.resolve("apt-get"),
                "#!/bin/sh\necho \"$@\" >>" + folder.resolve("apt-get.log") + "\nmkdir -p " + folder.resolve("jvm")
                        + "\ncp -r " + ready + " " + folder.resolve("jvm") + "\n");
        environment.put("PATH", bin + ":" + System.getenv("PATH"));
        Program.Outcome outcome = bash("source " + SCRIPT + "; require_jdk; printf %s \"$JDK\"");
        assertEquals(folder.resolve("jvm/openjdk-25").toString(), outcome.out(), outcome.err());
        assertTrue(Files.readString(folder.resolve("apt-get.log")).contains(" install openjdk-25-jdk-headless"));
        assertTrue(outcome.err().startsWith("millrace: missing: a JDK 25; installing"), outcome.err());
    }

    @Test
    void shouldSayWhatToTypeWhenPackagesAreMissing() throws Exception {
        environment.put("MILLRACE_NO_INSTALL", "1");
        Program.Outcome outcome = bash("source " + SCRIPT + "; require_all"
                + " 'there:a:a:true' 'gcc:gcc:gcc-fedora:false' 'xdp/xsk.h:libxdp-dev:libxdp-devel:false'");
        assumeTrue(Files.exists(Path.of("/usr/bin/apt-get")), "a Debian-like system");
        assertEquals(ExitCode.HOST, outcome.code());
        assertEquals(
                "millrace: missing: gcc, xdp/xsk.h; type: sudo apt-get install -y gcc libxdp-dev\n", outcome.err());
    }

    @ParameterizedTest
    @CsvSource({
        "demo,true",
        "demo --port af-xdp,true",
        "run x.conf,true",
        "run --port udp,true",
        "demo --port udp,false",
        "demo --duration 1s --port=tcp --json x,false"
    })
    void shouldNeedLibbpfWhereAfXdpMayComeIntoPlay(String arguments, boolean needed) throws Exception {
        environment.put("MILLRACE_NO_INSTALL", "1");
        Program.Outcome asRoot = runNeeds("true", arguments);
        assertEquals(needed ? ExitCode.HOST : ExitCode.FINE, asRoot.code(), asRoot.err());
        assertEquals(needed, asRoot.err().startsWith("millrace: missing: libbpf.so.1"), asRoot.err());
        Program.Outcome asUser = runNeeds("false", arguments);
        assertEquals(ExitCode.FINE, asUser.code(), asUser.err());
    }

    /** Simulates a host without libbpf. */
    private Program.Outcome runNeeds(String isRoot, String arguments) throws Exception {
        return bash("source " + SCRIPT + "; is_root() { " + isRoot + "; }; has_library() { [[ $1 != libbpf* ]]; }; "
                + "require_run_needs " + arguments);
    }

    @Test
    void shouldNeedLiburingInAnyCase() throws Exception {
        environment.put("MILLRACE_NO_INSTALL", "1");
        Program.Outcome outcome =
                bash("source " + SCRIPT + "; has_library() { false; }; require_run_needs demo --port udp");
        assertEquals(ExitCode.HOST, outcome.code());
        assertTrue(outcome.err().startsWith("millrace: missing: liburing.so.2; "), outcome.err());
    }

    @Test
    void shouldSayInOneLineWhatTheVirtualMachineLacks() throws Exception {
        environment.put("MILLRACE_NO_INSTALL", "1");
        Program.Outcome outcome =
                bash("source " + SCRIPT + "; command() { [[ $2 != qemu* ]]; }; require_all \"${VM_NEEDS[@]}\"");
        assumeTrue(Files.exists(Path.of("/usr/bin/apt-get")), "a Debian-like system");
        assertEquals(ExitCode.HOST, outcome.code());
        assertTrue(outcome.err().startsWith("millrace: missing: QEMU"), outcome.err());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
    }

    /** On a host where apt-get has nothing to offer, and without the large peers. */
    @ParameterizedTest
    @CsvSource({
        "bench,dpdk-dev,''",
        "bench afxdp-rx,dpdk-dev,''",
        "bench udp-sink tcp-echo,golang-go,''",
        "bench all,'dpdk-dev golang-go',''",
        "bench goals --rounds 4,'dpdk-dev golang-go',''",
        "bench latency,'dpdk-dev golang-go',''",
        "bench cost,golang-go,''",
        "bench micro,'',''",
        "bench all --quick,'',''",
        "bench udp-echo --contenders engine,'',''",
        "bench --help,'',''",
        "'bench --contenders engine,dpdk',dpdk-dev,dpdk-testpmd",
        "bench udp-sink --contenders=go-udp,golang-go,go",
        "bench --contenders engine-1s,'',''"
    })
    void shouldInstallLargePeersWhereTheyTakePart(String arguments, String packages, String lacking) throws Exception {
        Path log = Files.createFile(folder.resolve("packages.log"));
        Program.Outcome outcome = bash("source " + SCRIPT + "; is_root() { true; }; " + LARGE_PEERS_MISSING
                + "install_size() { :; }; apt_install() { echo \"$@\" >>" + log
                + "; false; }; update_package_lists() { :; }; "
                + "require_bench_needs " + arguments.substring("bench".length()));
        assertEquals(
                packages, Files.readString(log).lines().distinct().collect(Collectors.joining(" ")), outcome.err());
        assertEquals(lacking.isEmpty() ? ExitCode.FINE : ExitCode.HOST, outcome.code(), outcome.err());
        assertEquals(!lacking.isEmpty(), outcome.err().contains("missing: " + lacking + ";") && outcome.code() != 0);
    }

    @Test
    void shouldLeaveLargePeersOutInSilenceWhereItMustNotInstall() throws Exception {
        environment.put("MILLRACE_NO_INSTALL", "1");
        Program.Outcome outcome = bash("source " + SCRIPT + "; " + LARGE_PEERS_MISSING + "require_bench_needs all");
        assertEquals(ExitCode.FINE, outcome.code(), outcome.err());
        assertEquals("", outcome.err());
    }

    @Test
    void shouldSayWhatItInstallsAndWhyBeforeItDoes() throws Exception {
        fake(folder.resolve("apt-get"), """
            #!/bin/sh
            case "$*" in
                *--print-uris*)
                    echo "'http://a/gcc.deb' gcc.deb 3000000 MD5Sum:1"
                    echo "'http://a/clang.deb' clang.deb 400000 MD5Sum:2";;
                *) echo "$@" >>%s;;
            esac
            """.formatted(folder.resolve("installed.txt")));
        String source = "source " + SCRIPT + "; PATH=" + folder + ":$PATH; is_root() { true; }; WHY='to build'; ";
        String install = "require_all 'gcc:gcc:gcc:false' 'clang:clang:clang:false'";
        Program.Outcome outcome = bash(source + install);
        assertEquals(
                "millrace: missing: gcc, clang; installing with apt-get, to build: gcc clang"
                        + " (3.4 MB); MILLRACE_NO_INSTALL=1 installs nothing\n",
                outcome.err());
        assertTrue(Files.readString(folder.resolve("installed.txt")).endsWith(" install gcc clang\n"));
        Files.delete(folder.resolve("installed.txt"));
        environment.put("MILLRACE_NO_INSTALL", "1");
        outcome = bash(source + install);
        assertEquals(ExitCode.HOST, outcome.code());
        assertEquals("millrace: missing: gcc, clang; type: sudo apt-get install -y gcc clang\n", outcome.err());
        assertFalse(Files.exists(folder.resolve("installed.txt")));
    }

    @Test
    void shouldHelpThroughSymbolicLinkFromAnyFolderWithoutBuilding() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), SCRIPT);
        Program.Outcome outcome = bash("cd / && " + link + " --help");
        assertEquals(ExitCode.FINE, outcome.code());
        assertTrue(outcome.out().startsWith("Usage: millrace COMMAND"), outcome.out());
        String root = bash("source " + link + "; printf %s \"$ROOT\"").out();
        assertEquals(SCRIPT.getParent().getParent().toRealPath().toString(), root);
        Files.delete(link); // JUnit warns when it has to delete one that leads out of its folder
    }

    @Test
    void shouldShowUsageOnStderrWithoutCommand() throws Exception {
        Program.Outcome outcome = bash(SCRIPT.toString());
        assertEquals(ExitCode.USAGE, outcome.code());
        assertTrue(outcome.err().startsWith("Usage: millrace COMMAND"), outcome.err());
        assertEquals("", outcome.out());
    }

    @Test
    void shouldListTheCommandsThatTheCommandLineHas() throws Exception {
        TreeSet<String> expected =
                new TreeSet<>(Millrace.commandLine().getSubcommands().keySet());
        expected.addAll(List.of("test", "package")); // the launcher does these itself
        assertEquals(
                expected,
                Pattern.compile("(?m)^ {2}([a-z-]+) ")
                        .matcher(bash(SCRIPT + " --help").out())
                        .results()
                        .map((MatchResult line) -> line.group(1))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "test --help", "test -Dtest=Some -h"})
    void shouldHelpWithinEightyColumns(String arguments) throws Exception {
        Program.Outcome outcome = bash(SCRIPT + " " + arguments);
        assertEquals(ExitCode.FINE, outcome.code(), outcome.err());
        assertTrue(outcome.out().startsWith("Usage: millrace "), outcome.out());
        assertEquals(
                "", outcome.out().lines().filter(line -> line.length() > 80).collect(Collectors.joining("\n")));
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', ''",
        "'', --fast, '-Pfast'",
        "true, -X, '-Pjcstress -X'",
        "true, --fast, '-Pfast,jcstress'",
        "'', '-Dtest=Some --fast -X', '-Pfast -Dtest=Some -X'",
        "'', -Dtest=Some, -Dtest=Some",
    })
    void shouldHandTheOptionsOfTestToMaven(String ci, String options, String expected) throws Exception {
        Program.Outcome outcome = bash("CI=" + ci + "; source " + SCRIPT
                + "; for name in require_all check_formatting build lock_build unlock_build give_back; do"
                + " eval \"$name() { :; }\"; done; maven() { echo \"$@\"; }; run_tests " + options);
        assertEquals(ExitCode.FINE, outcome.code(), outcome.err());
        assertTrue(
                outcome.out()
                        .strip()
                        .endsWith(("-Dsurefire.failIfNoSpecifiedTests=false " + expected).strip() + " test"),
                outcome.out());
    }

    @Test
    void shouldStartJavaWithALocaleThatHasMoreThanAscii() throws Exception {
        String script = "source " + SCRIPT + "; use_locale; printf %s \"${LC_ALL:-}\"";
        for (String locale : List.of("C", "POSIX", "xx_XX", "")) {
            environment.put("LC_ALL", locale);
            environment.put("LANG", "");
            environment.put("LC_CTYPE", "");
            assertEquals("C.UTF-8", bash(script).out(), locale);
        }
        environment.put("LC_ALL", "C.utf8");
        assertEquals("C.utf8", bash(script).out());
    }

    @Test
    void shouldPassShellcheckWhereItIsInstalled() throws Exception {
        assertEquals(0, bash("bash -n " + SCRIPT).code());
        assumeTrue(bash("command -v shellcheck").code() == 0, "shellcheck is not installed");
        Program.Outcome outcome = bash("shellcheck -x " + SCRIPT + " " + ARCHIVE + "/bin/millrace && shellcheck "
                + ARCHIVE + "/lib/launch.sh");
        assertEquals(0, outcome.code(), outcome.out());
    }

    private Program.Outcome findJdk() throws Exception {
        return bash("source " + SCRIPT + "; find_jdk && printf %s \"$JDK\"");
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        fake(home.resolve("bin/java"), "#!/bin/sh\n");
        fake(home.resolve("bin/javac"), "#!/bin/sh\n");
        Files.writeString(
                home.resolve("release"),
                "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\nJAVA_VERSION_DATE=\"2026-01-01\"\n");
        return home;
    }

    private static void fake(Path file, String script) throws IOException {
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Program.Outcome bash(String script) {
        Program bash = Program.of("bash", "-c", script)
                .without(name -> name.startsWith("MILLRACE_") || name.equals("JAVA_HOME") || name.equals("LC_ALL"))
                .with("MILLRACE_JVM_FOLDER", folder.resolve("jvm").toString())
                .within(Duration.ofSeconds(60));
        environment.forEach(bash::with);
        return bash.runApart();
    }
}
