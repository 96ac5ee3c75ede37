package io.millrace.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Replaces the JVM's stdout and stderr of this process. Commands that must go on whether or not somebody reads, {@code
 * run} and those that send traffic, never wait for the reader: see {@link LineWriter}. The other commands only print,
 * so they wait for their reader as any program does, and fail if their result could not be written.
 */
final class StandardStreams {
    private static final Set<String> GO_ON = Set.of("run", "demo", "gen");
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);
    /** The C library's text for EPIPE: a reader that has seen enough is not a failure. */
    private static final String READER_GONE = "Broken pipe";

    private static volatile StandardStreams installed;

    private final LineWriter out;
    private final LineWriter err;
    private final WatchedStream watchedOut;

    private StandardStreams(LineWriter out, LineWriter err, WatchedStream watchedOut) {
        this.out = out;
        this.err = err;
        this.watchedOut = watchedOut;
    }

    /** Replaces {@link System#out} and {@link System#err}, before anything is printed. */
    static StandardStreams install(String[] args) {
        OutputStream stdout = new FileOutputStream(FileDescriptor.out);
        StandardStreams streams;
        if (args.length > 0 && GO_ON.contains(args[0])) {
            LineWriter err = new LineWriter("stderr", new FileOutputStream(FileDescriptor.err), StandardStreams::say);
            LineWriter out = new LineWriter("stdout", stdout, StandardStreams::say);
            streams = new StandardStreams(out, err, null);
            System.setErr(new PrintStream(err, true, System.err.charset()));
            System.setOut(new PrintStream(out, true, System.out.charset()));
        } else {
            WatchedStream out = new WatchedStream(stdout);
            streams = new StandardStreams(null, null, out);
            System.setOut(new PrintStream(out, true, System.out.charset()));
        }
        installed = streams;
        return streams;
    }

    private static void say(String message) {
        System.err.println("millrace: " + message);
    }

    /** The number of lines that were dropped since the start, for the JSON; 0 if the streams were not replaced. */
    static Map<String, Object> dropped() {
        StandardStreams streams = installed;
        boolean counts = streams != null && streams.out != null;
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("stdout_dropped", counts ? streams.out.dropped() : 0);
        map.put("stderr_dropped", counts ? streams.err.dropped() : 0);
        return map;
    }

    /** Waits briefly for what is still to be written; what is left then counts as dropped. */
    static void finishAll() {
        StandardStreams streams = installed;
        if (streams != null && streams.out != null) {
            streams.out.finish(PATIENCE_NS);
            streams.err.finish(PATIENCE_NS);
        }
    }

    /** Ends the streams; returns the exit code for a command that has ended with the given one. */
    int finish(int exitCode) {
        finishAll();
        if (watchedOut == null) {
            return exitCode;
        }
        System.out.flush();
        String failure = watchedOut.failure;
        if (failure == null || failure.contains(READER_GONE)) {
            return exitCode;
        }
        say("the result can't be written to stdout (" + failure + "); make room, or send it elsewhere");
        return exitCode == ExitCode.FINE ? ExitCode.FAILED : exitCode;
    }

    /** Remembers why a write failed, which a {@link PrintStream} does not tell. */
    private static final class WatchedStream extends FilterOutputStream {
        private volatile String failure;

        WatchedStream(OutputStream target) {
            super(target);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                failure = e.getMessage();
                throw e;
            }
        }
    }
}
