package io.millrace.core;

import io.millrace.HostException;
import io.millrace.bindings.Libc;
import io.millrace.core.config.EngineConfig;
import io.millrace.ring.Umem;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;

/** The options that a JVM needs for an engine. Without one it would fail where nothing tells what to do. */
final class JvmOptions {
    private JvmOptions() {}

    /**
     * Looks for the option without which Agrona fails at its first buffer.
     *
     * @throws HostException if it is not there, with what to add
     */
    static void require(EngineConfig config) {
        Module agrona = UnsafeBuffer.class.getModule();
        if (!Object.class.getModule().isOpen("jdk.internal.misc", agrona)) {
            throw new HostException("this JVM was started without an option that Agrona needs; add --add-opens"
                    + " java.base/jdk.internal.misc=" + optionValue(Stream.of(agrona)) + ", and "
                    + nativeAccess(config));
        }
    }

    /**
     * What stopped the start of an engine: the JVM denies calls of native code, or something else, which is thrown
     * again. Whether it denies them can't be asked without making one, and that may print a warning.
     */
    static HostException explained(Throwable failure, EngineConfig config) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalCallerException) {
                return new HostException(
                        "this JVM denies the engine calls of native code (" + cause.getMessage() + "); add "
                                + nativeAccess(config),
                        failure);
            }
        }
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }

    private static String nativeAccess(EngineConfig config) {
        return "--enable-native-access="
                + optionValue(Stream.concat(
                                Stream.of(Libc.class, Umem.class),
                                config.ports().stream().map(port -> port.type().getClass()))
                        .map(Class::getModule));
    }

    private static String optionValue(Stream<Module> modules) {
        return modules.map(module -> module.isNamed() ? module.getName() : "ALL-UNNAMED")
                .distinct()
                .collect(Collectors.joining(","));
    }
}
